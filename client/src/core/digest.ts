/**
 * What a unit's records come to: how many, and the sum modulo 2^64 of the first 8 bytes of
 * SHA-256("<id>|<v>"). Kept as two halves of 32 bits, which any phone adds exactly and at once.
 */
import { sha256 } from './sha256'

const HALF = 2 ** 32
const text = new TextEncoder()

export interface Sum {
  records: number
  high: number
  low: number
}

/** As the protocol writes it: [records, 16 hex digits]. */
export type Figure = [number, string]

export const NOTHING: Sum = { records: 0, high: 0, low: 0 }

/** With one record more. */
export function withRecord(sum: Sum, id: string, v: number): Sum {
  const [high, low] = word(id, v)
  return added(sum, { records: 1, high, low })
}

/** With one record less. */
export function without(sum: Sum, id: string, v: number): Sum {
  const [high, low] = word(id, v)
  const borrowed = sum.low < low ? 1 : 0
  return {
    records: sum.records - 1,
    high: (sum.high - high - borrowed + 2 * HALF) % HALF,
    low: (sum.low - low + HALF) % HALF,
  }
}

export function added(one: Sum, other: Sum): Sum {
  const low = one.low + other.low
  const carried = low >= HALF ? 1 : 0
  return {
    records: one.records + other.records,
    high: (one.high + other.high + carried) % HALF,
    low: low % HALF,
  }
}

export function figure({ records, high, low }: Sum): Figure {
  return [records, [high, low].map((half) => half.toString(16).padStart(8, '0')).join('')]
}

function word(id: string, v: number): [number, number] {
  const view = new DataView(sha256(text.encode(`${id}|${v}`)).buffer)
  return [view.getUint32(0), view.getUint32(4)]
}
