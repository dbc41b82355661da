/** Answers as values of their type: when two are the same, and how XForms writes them. */
import type { FileFacts, Point, Value } from './types'

const NUMBERS = new Set(['integer', 'decimal'])
const DIGITS = '\\d(?:_?\\d)*'
const NUMBER = new RegExp(
  `^[+-]?(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`,
)
const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const UNSAFE = /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\uFFFE\uFFFF]|\p{Cs}/gu

type Loose = Value | undefined

/** Typed equality: 36000 is 36000.0, a choice set has no order, a photo is its bytes. */
export function same(type: string, one: Loose, other: Loose): boolean {
  if (one == null || other == null) return one == null && other == null
  if (typeof one === 'boolean' || typeof other === 'boolean') return one === other
  if (equal(one, other)) return true
  if (isMapping(one) && isMapping(other)) return sameMapping(one, other)
  if (type === 'select_multiple') return equal(choices(one), choices(other))
  if (NUMBERS.has(type) || (typeof one === 'number' && typeof other === 'number')) {
    return equal(number(one), number(other))
  }
  if (typeof one === 'string' && typeof other === 'string') {
    return one.normalize('NFC') === other.normalize('NFC')
  }
  return false
}

type Mapping = Record<string, unknown>

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isFile(value: unknown): value is FileFacts {
  return isMapping(value) && typeof value.sha256 === 'string'
}

function isPoint(value: unknown): value is Point {
  return isMapping(value) && 'lat' in value
}

function sameMapping(one: Mapping, other: Mapping): boolean {
  if ('sha256' in one || 'sha256' in other) return one.sha256 === other.sha256
  if ('lat' in one && 'lat' in other) {
    return ['lat', 'lon'].every((key) => equal(number(one[key]), number(other[key])))
  }
  return false
}

/** Equal to the last leaf, keys in any order. */
export function equal(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, i) => equal(item, other[i]))
  }
  if (!isMapping(one) || !isMapping(other)) return false
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && equal(one[key], other[key]))
  )
}

/** The names chosen, each once, in one order. */
export function choices(value: Loose): string[] {
  const parts =
    value == null ? [] : typeof value === 'string' ? value.split(/\s+/).filter(Boolean)
    : Array.isArray(value) ? value : [value]
  return [...new Set(parts.map(String))].sort(byCodePoint)
}

/** The order of Python's strings, which is not that of UTF-16 units. */
export function byCodePoint(one: string, other: string): number {
  const [a, b] = [[...one], [...other]]
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return a[i]!.codePointAt(0)! - b[i]!.codePointAt(0)!
  }
  return a.length - b.length
}

/** The number a value stands for (full-width digits too); anything else stands for itself. */
export function number(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.trim().replace(/[０-９]/g, (d) => String(d.charCodeAt(0) - 0xff10))
  return NUMBER.test(text) ? Number(text.replace(/_/g, '')) : value
}

/** An answer as XForms writes it. */
export function asText(value: Loose): string {
  if (value == null) return ''
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'number') return numberText(value)
  if (Array.isArray(value)) return value.map(asText).join(' ')
  if (isPoint(value)) {
    return [value.lat, value.lon, value.alt, value.acc].map((part) => asText(part || 0)).join(' ')
  }
  if (typeof value !== 'string') return asText(value.name || value.sha256)
  return value.replace(UNSAFE, '')
}

function numberText(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString()
  if (!Number.isFinite(value) || Math.abs(value) >= 1e-4) return String(value)
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1')
}

/** The value that XForms text stands for; null for blank. What is not of its type stays text. */
export function fromText(type: string, text: string): Value {
  if (text === '') return null
  switch (type) {
    case 'integer':
    case 'decimal':
    case 'calculate':
      return numeric(text)
    case 'select_multiple':
      return text.trim().split(/\s+/).filter(Boolean)
    case 'geopoint':
      return point(text)
    default:
      return text
  }
}

/** A number; nothing where the engine could not calculate; else the text itself. */
function numeric(text: string): Value {
  const bare = text.trim()
  if (bare === '' || bare === 'NaN') return null
  const read = Number(bare)
  return PLAIN.test(bare) && Number.isFinite(read) ? read : text
}

/** `lat lon alt acc`; a 0 for height or accuracy is how XForms says unknown. */
function point(text: string): Value {
  const [lat, lon, alt, acc, ...more] = text.trim().split(/\s+/).map(numeric)
  if (typeof lat !== 'number' || typeof lon !== 'number' || more.length) return text
  const made: Point = { lat, lon }
  if (typeof alt === 'number' && alt !== 0) made.alt = alt
  if (typeof acc === 'number' && acc !== 0) made.acc = acc
  return made
}
