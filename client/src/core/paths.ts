/**
 * Paths: `income/wage` outside repeats, `members[ab12cd34]/name` inside, `members[ab12cd34]` a
 * row. A repeat in a repeat goes on in the same way: `plots[ab12cd34]/years[ef56gh78]/yield`. On
 * the wire repeats travel by their own flat path and row id; inside, everything is one flat mapping.
 */
import type { Flat, Value } from './types'

const ROW = /\[[a-z0-9]{8}\]/g
const IN_ROW = /^((?:[^[\]]+\[[a-z0-9]{8}\]\/)*[^[\]]+)\[([a-z0-9]{8})\](?:\/([^[\]]+))?$/

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

/** Where a path stands: its innermost row, with its repeat's flat path; null outside repeats. */
export function split(flat: string): Place {
  const found = IN_ROW.exec(flat)
  if (!found) return { repeat: null, row: null, path: flat }
  return { repeat: found[1]!, row: found[2]!, path: found[3] ?? '' }
}

export function join(repeat: string, row: string, path: string): string {
  return path ? `${repeat}[${row}]/${path}` : `${repeat}[${row}]`
}

/** The rows that a path stands in or names, the outermost first: `a[…]`, `a[…]/b[…]`. */
export function rowsAround(flat: string): string[] {
  const found: string[] = []
  for (let at = flat.indexOf(']'); at >= 0; at = flat.indexOf(']', at + 1)) found.push(flat.slice(0, at + 1))
  return found
}

/** The flat path of another question as seen from a place: in the innermost row around both. */
export function beside(from: string, asked: string): string {
  const row = rowsAround(from).reverse().find((one) => asked.startsWith(`${definitionPath(one)}/`))
  return row ? row + asked.slice(definitionPath(row).length) : asked
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

/** Row ids of a repeat by its flat path, in the order they came; answers deeper in a row count. */
export function rowsOf(flat: Flat, repeat: string): string[] {
  const start = `${repeat}[`
  const found = Object.keys(flat).filter((path) => path.startsWith(start) && split(path).repeat !== null)
  return [...new Set(found.map((path) => path.slice(start.length, start.length + 8)))]
}
