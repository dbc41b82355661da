/** This phone's clock: how it writes moments, and how far it is from the server's. */

const DAY = 86_400_000

/** `2026-11-23T09:30:00.250+08:00`: this phone's wall clock with its offset. */
export function iso(moment: number, zoneMinutes = -new Date(moment).getTimezoneOffset()): string {
  const local = new Date(moment + zoneMinutes * 60_000).toISOString().slice(0, -1)
  return local + offsetText(zoneMinutes)
}

export function offsetText(minutes: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`
}

/** Milliseconds that the server's clock is ahead of ours, or null for no time at all. */
export function offsetTo(serverTime: unknown, now: number): number | null {
  const at = typeof serverTime === 'string' ? Date.parse(serverTime) : NaN
  return Number.isNaN(at) ? null : at - now
}

/**
 * A date that cannot be right: before the app was built, more than a day behind the last word of
 * the server, or more than a year ahead of it. Certificates fail on such a phone, and the person
 * would look for the fault in the network.
 */
export function cannotBe(now: number, built: number, lastServerTime: number | null): boolean {
  if (built && now < built - DAY) return true
  if (lastServerTime === null) return false
  return now < lastServerTime - DAY || now > lastServerTime + 366 * DAY
}
