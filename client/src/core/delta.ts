/** What of a draft has changed since it was opened: what travels. */
import { rowsAround, unflatten, type Rows } from './paths'
import type { Draft, Flat } from './types'
import { equal, isFile, same } from './values'
import type { TypeOf } from './definition'

export interface Delta {
  set: Flat
  rows: Rows
  del: string[]
}

/**
 * What to send so that `original` becomes `values`. A row without any value left is deleted as a
 * row, so that another phone's answers in it are not silently kept half; rows in it go with it.
 */
export function delta(original: Flat, values: Flat): Delta {
  const changed = Object.entries(values).filter(
    ([path, value]) => !(path in original) || !equal(original[path], value),
  )
  const living = new Set(Object.keys(values).flatMap(rowsAround))
  const gone = new Set<string>()
  for (const path of Object.keys(original)) {
    if (path in values) continue
    gone.add(rowsAround(path).find((row) => !living.has(row)) ?? path)
  }
  return { ...unflatten(Object.fromEntries(changed)), del: [...gone] }
}

export function isEmpty(change: Delta): boolean {
  return ![change.set, change.rows, change.del].some((part) => Object.keys(part).length)
}

/** What a draft says: its answers without the hidden and the blank ones. */
export function said(draft: Draft): Flat {
  const away = (path: string) =>
    draft.hidden.some((hidden) => path === hidden || path.startsWith(`${hidden}/`))
  return Object.fromEntries(
    Object.entries(draft.values).filter(
      ([path, value]) => value !== null && value !== undefined && value !== '' && !away(path),
    ),
  )
}

/** `values` with the original's own writing wherever the answer is the same: 36000 and "36000". */
export function settled(original: Flat, values: Flat, typeOf: TypeOf): Flat {
  return Object.fromEntries(
    Object.entries(values).map(([path, value]) => {
      const before = original[path]
      return [path, before !== undefined && same(typeOf(path), before, value) ? before : value]
    }),
  )
}

/** Hashes of the files among these answers. */
export function filesIn(values: Flat): string[] {
  return [...new Set(Object.values(values).filter(isFile).map((facts) => facts.sha256))]
}
