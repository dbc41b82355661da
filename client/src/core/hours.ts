/** The hours at which the office wants phones to send. */

const HOUR = /^([01]?\d|2[0-3]):([0-5]\d)$/

/** "HH:MM" of an `office` record, in order; what is no hour is left out. */
export function syncHours(doc: Record<string, unknown> | null | undefined): string[] {
  const told = Array.isArray(doc?.sync_hours) ? doc.sync_hours : []
  const sound = told.filter((hour): hour is string => typeof hour === 'string' && HOUR.test(hour))
  return [...new Set(sound.map((hour) => hour.padStart(5, '0')))].sort()
}

/** Of all that the office says the word of the nearest area: the longest path. */
export function nearest(docs: Record<string, any>[]): Record<string, any> | null {
  const own = docs.filter((doc) => syncHours(doc).length)
  const depth = (doc: Record<string, any>) => String(doc.path ?? '').length
  return own.sort((one, other) => depth(other) - depth(one))[0] ?? null
}

/** Milliseconds until the next of these hours by this phone's own clock; null without any. */
export function untilNext(hours: string[], now: Date): number | null {
  const waits = hours.map((hour) => {
    const [h, m] = hour.split(':').map(Number) as [number, number]
    const next = new Date(now)
    next.setHours(h, m, 0, 0)
    if (next <= now) next.setDate(next.getDate() + 1)
    return next.getTime() - now.getTime()
  })
  return waits.length ? Math.min(...waits) : null
}
