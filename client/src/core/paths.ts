/**
 * Paths: `income/wage` outside repeats, `members[ab12cd34]/name` inside, `members[ab12cd34]` a
 * row. On the wire repeats travel nested by row id; inside, everything is one flat mapping.
 */
import type { Flat, Value } from './types'

const ROW = /\[[a-z0-9]{8}\]/g
const IN_ROW = /^([^[\]]+)\[([a-z0-9]{8})\](?:\/([\s\S]+))?$/

export type Rows = Record<string, Record<string, Record<string, Value>>>

export interface Place {
  repeat: string | null
  row: string | null
  path: string
}

/** Whether this can be the id of a row. */
export const isRow = (text: string): boolean => /^[a-z0-9]{8}$/.test(text)

/** `members[ab12cd34]/name` → `members/name`: the question's own path. */
export function definitionPath(flat: string): string {
  return flat.replace(ROW, '')
}

/** Where a path stands; `repeat` and `row` are null outside repeats. */
export function split(flat: string): Place {
  const found = IN_ROW.exec(flat)
  if (!found) return { repeat: null, row: null, path: flat }
  return { repeat: found[1]!, row: found[2]!, path: found[3] ?? '' }
}

export function join(repeat: string, row: string, path: string): string {
  return path ? `${repeat}[${row}]/${path}` : `${repeat}[${row}]`
}

/** `members[ab12cd34]` of a path in a repeat, null outside. */
export function rowOf(flat: string): string | null {
  const { repeat, row } = split(flat)
  return repeat === null || row === null ? null : join(repeat, row, '')
}

/** One flat mapping of a wire document; a row without values leaves no trace. */
export function flatten(doc: { set?: Flat; rows?: Rows }): Flat {
  const flat: Flat = { ...doc.set }
  for (const [repeat, byRow] of Object.entries(doc.rows ?? {})) {
    for (const [row, values] of Object.entries(byRow)) {
      for (const [path, value] of Object.entries(values)) flat[join(repeat, row, path)] = value
    }
  }
  return flat
}

/** (set, rows) as on the wire; the inverse of `flatten`. */
export function unflatten(flat: Flat): { set: Flat; rows: Rows } {
  const set: Flat = {}
  const rows: Rows = {}
  for (const [key, value] of Object.entries(flat)) {
    const { repeat, row, path } = split(key)
    if (repeat === null || row === null) set[key] = value
    else ((rows[repeat] ??= {})[row] ??= {})[path] = value
  }
  return { set, rows }
}

/** Row ids of a repeat, in the order they came. */
export function rowsOf(flat: Flat, repeat: string): string[] {
  const found = Object.keys(flat).map(split).filter((place) => place.repeat === repeat)
  return [...new Set(found.map((place) => place.row!))]
}
