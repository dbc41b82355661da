/**
 * Merging one op into one record, path by path, as the server decides it. Pure.
 *
 * A path conflicts if and only if it changed after the op's base, another device changed it, and
 * the typed value differs. The first commit stands; the later value waits for a person.
 */
import { rowsAround } from './paths'
import { combined, type Rule, type Rules } from './policy'
import type { Flat, Value } from './types'
import { same } from './values'

/** Which op set a path: the record's version it made, its device, its counter there. */
export interface Setter {
  v: number
  device: string
  n: number
}

export interface RecordState {
  version: number
  values: Flat
  setters: Record<string, Setter>
  /** Who set every present path that `setters` does not name. */
  whole: Setter | null
}

export interface Edit {
  device: string
  n: number
  /** Version of the record that the device had before it; 0 for none. */
  base: number
  /** null takes a path away. */
  values: Flat
  rowsDeleted: string[]
  office: boolean
}

export interface Clash {
  path: string
  kind: 'value' | 'delete'
  base: Value
  standing: Value | Flat
  waiting: Value | Flat
}

export interface Merged {
  state: RecordState
  applied: Flat
  rowsGone: string[]
  clashes: Clash[]
  witness: Flat
  /** Older values of the same device that arrived late: for the history only. */
  superseded: Flat
  /** Another device changed the record after the base. */
  besideOthers: boolean
}

export interface Ground {
  rules: Rules
  /** Paths with an open conflict. */
  disputed: string[]
  /** The value of a path at the edit's base. */
  baseValue: (path: string) => Value
}

/** What comes of `edit`; the state given is left as it was. */
export function merge(before: RecordState, edit: Edit, ground: Ground): Merged {
  const merged = begin(before, edit)
  const lost = rowsLost(merged.state, edit)
  for (const [path, value] of Object.entries(edit.values)) {
    if (!lostWith(path, lost)) mergePath(merged, edit, ground, path, value)
  }
  clashLostRows(merged, edit, lost)
  for (const row of edit.rowsDeleted) deleteRow(merged, edit, ground, row)
  // A device's totals stand with its answers, and not where any of these did not stand.
  const stood = !merged.clashes.length && !Object.keys(merged.superseded).length
  if (stood) Object.assign(merged.applied, merged.witness)
  stamp(merged, edit, ground, before.version === 0)
  return merged
}

function begin(before: RecordState, edit: Edit): Merged {
  const state: RecordState = {
    ...before, values: { ...before.values }, setters: { ...before.setters },
  }
  const everyone = [...Object.values(state.setters), ...(state.whole ? [state.whole] : [])]
  return {
    state,
    applied: {},
    rowsGone: [],
    clashes: [],
    witness: {},
    superseded: {},
    besideOthers: everyone.some((setter) => isAfter(setter, edit)),
  }
}

function isAfter(setter: Setter, edit: Edit): boolean {
  return setter.v > edit.base && setter.device !== edit.device
}

function setterOf(state: RecordState, path: string): Setter | null {
  return state.setters[path] ?? (path in state.values ? state.whole : null)
}

function mergePath(merged: Merged, edit: Edit, ground: Ground, path: string, value: Value) {
  const rule = ground.rules(path)
  if (rule.calculated) {
    merged.witness[path] = value
    return
  }
  const standing = merged.state.values[path] ?? null
  if (same(rule.type, standing, value)) return
  const setter = setterOf(merged.state, path)
  if (ground.disputed.includes(path)) {
    merged.clashes.push(clash(path, 'value', ground.baseValue(path), standing, value))
  } else if (!setter || setter.v <= edit.base) {
    merged.applied[path] = value
  } else if (setter.device === edit.device) {
    ;(edit.n < setter.n ? merged.superseded : merged.applied)[path] = value
  } else if (rule.policy === 'office' && edit.office) {
    merged.applied[path] = value
  } else {
    decide(merged, rule, path, ground.baseValue(path), standing, value)
  }
}

function decide(
  merged: Merged, rule: Rule, path: string, base: Value, standing: Value, value: Value,
) {
  const answer = combined(rule, base, standing, value)
  if (!answer.decided) merged.clashes.push(clash(path, 'value', base, standing, value))
  else if (!same(rule.type, standing, answer.value)) merged.applied[path] = answer.value
}

function clash(
  path: string, kind: Clash['kind'], base: Value, standing: Clash['standing'],
  waiting: Clash['waiting'],
): Clash {
  return { path, kind, base, standing, waiting }
}

/** The outermost of `rows` that a path stands in: a row takes those in it along. */
const lostWith = (path: string, rows: Set<string>) => rowsAround(path).find((row) => rows.has(row))

/** What this edit says in rows that are gone waits beside each of them. */
function clashLostRows(merged: Merged, edit: Edit, rows: Set<string>) {
  const lost: Record<string, Flat> = {}
  for (const [path, value] of Object.entries(edit.values)) {
    const row = lostWith(path, rows)
    if (row) (lost[row] ??= {})[path] = value
  }
  for (const row of Object.keys(lost).sort()) {
    merged.clashes.push(clash(row, 'delete', null, null, lost[row]!))
  }
}

/** Rows that this edit writes to and that another device deleted after its base. */
function rowsLost(state: RecordState, edit: Edit): Set<string> {
  const rows = new Set(Object.keys(edit.values).flatMap(rowsAround))
  return new Set(
    [...rows].filter((row) => {
      const setter = state.setters[row]
      return setter && isAfter(setter, edit) && !under(state, row).length
    }),
  )
}

/** Paths of a repeat row such as `members[ab12cd34]`, those of rows in it among them. */
function under(state: RecordState, row: string): string[] {
  return Object.keys(state.values).filter((path) => path.startsWith(`${row}/`))
}

function deleteRow(merged: Merged, edit: Edit, ground: Ground, row: string) {
  const { state } = merged
  const paths = under(state, row)
  if (!paths.length) return
  const setters = paths.map((path) => setterOf(state, path)).filter((setter) => setter !== null)
  const held = ground.disputed.some((path) => path === row || path.startsWith(`${row}/`))
  if (held || setters.some((setter) => isAfter(setter, edit))) {
    const standing = Object.fromEntries(paths.map((path) => [path, state.values[path]!]))
    merged.clashes.push(clash(row, 'delete', null, standing, null))
  } else {
    merged.rowsGone.push(row)
  }
}

/** Write what was applied, raise the version, remember who set what. */
function stamp(merged: Merged, edit: Edit, ground: Ground, wasNew: boolean) {
  const { state, applied, rowsGone } = merged
  if (!wasNew && !Object.keys(applied).length && !rowsGone.length) return
  state.version += 1
  const setter = { v: state.version, device: edit.device, n: edit.n }
  if (wasNew) state.whole = setter
  for (const [path, value] of Object.entries(applied)) {
    if (value === null) delete state.values[path]
    else state.values[path] = value
    const named = !ground.rules(path).calculated && (!wasNew || value === null)
    if (named) state.setters[path] = setter
  }
  for (const row of rowsGone) {
    for (const path of under(state, row)) {
      delete state.values[path]
      delete state.setters[path]
    }
    state.setters[row] = setter
  }
}
