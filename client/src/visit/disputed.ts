/** Where another answer stood first: that it waits, or that somebody settled it, and what stands. */
import { questionAt, repeatsAround } from '../core/definition'
import { rowId } from '../core/ids'
import { flatten, join, split } from '../core/paths'
import type { Definition, Disputed, Mirrored, Value } from '../core/types'
import type { Mirror } from '../db/mirror'
import type { KeptOp } from '../db/schema'

/** What is known of one visit. */
export interface Grounds {
  unit: string
  ops: KeptOp[]
  /** The status record as last pulled. */
  told: Mirrored | null
  definition: Definition | undefined
}

/**
 * As the status tells it; what it does not name yet, by the answers to this phone's own pushes.
 * Open ones first.
 */
export function disputed(grounds: Grounds): Disputed[] {
  const told = (grounds.told?.doc.conflicts ?? []) as Record<string, any>[]
  const lines = [...told, ...grounds.ops.flatMap(answered)]
  const found = new Map<string, Disputed>()
  for (const line of lines) {
    for (const path of asked(grounds, line.path, line.of ?? null)) {
      if (!found.has(path)) found.set(path, named(path, line))
    }
  }
  return [...found.values()].sort((a, b) => Number(a.settled !== null) - Number(b.settled !== null))
}

function named(path: string, line: Record<string, any>): Disputed {
  const { by, at, reason } = line
  const settled = line.state === 'settled' ? { by: by ?? '', at: at ?? '', reason: reason ?? '' } : null
  return { path, property: line.path, of: line.of ?? null, settled }
}

/** The answer names paths and entities apart: a property may be that of any of them. */
function answered({ result }: KeptOp): Record<string, any>[] {
  if (result?.result !== 'conflict') return []
  const entities = (result.entities ?? []).filter((each: any) => each.result === 'conflict')
  return (result.paths ?? []).flatMap((path: string) => [
    { path, state: 'open' },
    ...entities.map((each: any) => ({ path, of: each.id, state: 'open' })),
  ])
}

/** Question paths of this visit; the register names its properties, not questions. */
function asked({ definition, unit }: Grounds, path: string, of: string | null): string[] {
  if (!definition) return of === null ? [path] : []
  if (of === null) return isOwn(definition, path) ? [path] : []
  if (path === '') return rows(definition, of)
  const dataset = of === unit ? 'household' : 'member'
  const found = definition.questions.find((q) => q.dataset === dataset && q.save_to === path)
  if (!found) return []
  if (!found.repeat) return [found.path]
  if (repeatsAround(definition, found.repeat).length) return [] // the outer row is not told
  return [join(found.repeat, rowId(of), found.path.slice(found.repeat.length + 1))]
}

/** A question, or a row as a whole. */
function isOwn(definition: Definition, path: string): boolean {
  const { repeat, path: inRow } = split(path)
  return questionAt(definition, path) !== undefined || (repeat !== null && inRow === '')
}

function rows(definition: Definition, member: string): string[] {
  const repeat = definition.entities.find((each) => each.dataset === 'member')?.container
  return repeat ? [join(repeat, rowId(member), '')] : []
}

/** What stands of the settled ones, as far as this phone may know it. */
export function withValues(mirror: Mirror, rec: string, lines: Disputed[]): Promise<Disputed[]> {
  return Promise.all(lines.map(async (line) => {
    if (!line.settled) return line
    const record = await mirror.record(line.of ?? rec)
    return { ...line, settled: { ...line.settled, ...standing(record, line) } }
  }))
}

function standing(record: Mirrored | null, { of, property }: Disputed): { value?: Value; kept?: boolean } {
  const isWhole = property === '' || property.endsWith(']')
  if (!record) return isWhole && of ? { kept: false } : {}
  const flat = flatten(record.doc)
  if (!isWhole) return { value: flat[property] ?? null }
  return { kept: of !== null || Object.keys(flat).some((path) => path.startsWith(`${property}/`)) }
}
