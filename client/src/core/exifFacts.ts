/** What EXIF says of when and where, or null where it does not say. */
import { iso } from './clock'
import { TAG, viewOf, type Entry, type Exif } from './exif'

const MOMENT = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/
const OFFSET = /^([+-])(\d\d):(\d\d)/

/** ISO with the photo's own offset, else that of this phone's zone at that time. */
export function takenAt(exif: Exif): string | null {
  const found = MOMENT.exec(text(exif.camera, TAG.taken))
  if (!found) return null
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number) as [
    number, number, number, number, number, number,
  ]
  const utc = Date.UTC(year, month - 1, day, hour, minute, second)
  // 0000:00:00 and 2026:13:40 are how a camera says that it does not know
  const isReal = year > 1990 && new Date(utc).getUTCMonth() === month - 1 && hour < 24 && day > 0
  if (!isReal) return null
  const local = new Date(year, month - 1, day, hour, minute, second)
  const minutes = offset(exif) ?? -local.getTimezoneOffset()
  return iso(utc - minutes * 60_000, minutes)
}

function offset(exif: Exif): number | null {
  const found = OFFSET.exec(text(exif.camera, TAG.offset))
  if (!found) return null
  const minutes = Number(found[2]) * 60 + Number(found[3])
  return minutes <= 14 * 60 ? (found[1] === '-' ? -minutes : minutes) : null
}

export interface Place {
  lat: number
  lon: number
  acc?: number
}

export function placeOf(exif: Exif): Place | null {
  const lat = degrees(exif.place, TAG.lat, TAG.latRef, 'S')
  const lon = degrees(exif.place, TAG.lon, TAG.lonRef, 'W')
  if (lat === null || lon === null || Math.abs(lat) > 90 || Math.abs(lon) > 180) return null
  // 0, 0 lies in the sea: it is what a camera writes before it has a fix
  if (lat === 0 && lon === 0) return null
  const [acc] = ratios(exif.place, TAG.acc)
  return Number.isFinite(acc) && acc! > 0 ? { lat, lon, acc } : { lat, lon }
}

function degrees(entries: Entry[], tag: number, refTag: number, negative: string): number | null {
  const parts = ratios(entries, tag)
  const ref = text(entries, refTag)
  if (!parts.length || !ref || parts.some((part) => !Number.isFinite(part))) return null
  const size = parts.reduce((sum, part, i) => sum + part / 60 ** i, 0)
  const rounded = Math.round(size * 1e7) / 1e7
  return ref.toUpperCase().startsWith(negative) ? -rounded : rounded
}

function ratios(entries: Entry[], tag: number): number[] {
  const entry = entries.find((each) => each.tag === tag && each.type === 5)
  if (!entry) return []
  const view = viewOf(entry.bytes)
  return Array.from({ length: entry.count }, (_, i) =>
    view.getUint32(i * 8) / view.getUint32(i * 8 + 4),
  )
}

export function text(entries: Entry[], tag: number): string {
  const entry = entries.find((each) => each.tag === tag && each.type === 2)
  return entry ? String.fromCharCode(...entry.bytes).replace(/\0[\s\S]*$/, '').trim() : ''
}
