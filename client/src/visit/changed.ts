/** What the office changed while a draft was open. */
import { said } from '../core/delta'
import { flatten } from '../core/paths'
import { formRules } from '../core/policy'
import { merge, type RecordState } from '../core/merge'
import { prefilled } from '../core/prefill'
import type { Draft, Flat, Form, Value } from '../core/types'
import { same } from '../core/values'
import type { Rooms } from '../sync/rooms'

export type Changes = Record<string, { base: Value; theirs: Value }>

/**
 * The server's own rule asked beforehand: the office's values as another device's edit after the
 * draft's base. What the draft says the same is no change to show.
 */
export function changes(form: Form, draft: Draft, snapshot: Flat, theirs: Flat): Changes {
  const rules = formRules(form.definition)
  const mine = said(draft)
  const moved = differing(snapshot, theirs, (path) => rules(path).type)
  const state: RecordState = { version: 2, values: theirs, setters: {}, whole: null }
  for (const path of moved) state.setters[path] = { v: 2, device: 'office', n: 1 }
  const values = Object.fromEntries(moved.map((path) => [path, mine[path] ?? null]))
  const edit = { device: 'mine', n: 1, base: 1, values, rowsDeleted: [], office: false }
  const ground = { rules, disputed: [], baseValue: (path: string) => snapshot[path] ?? null }
  const { clashes, applied, witness } = merge(state, edit, ground)
  const shown = new Set([...clashes.map((clash) => clash.path), ...Object.keys(applied)])
  // a policy may settle it without anybody, yet the person should know what stands there
  for (const path of moved) if (!same(rules(path).type, mine[path], theirs[path])) shown.add(path)
  return Object.fromEntries([...shown].filter((path) => !(path in witness)).map((path) => [
    path, { base: snapshot[path] ?? null, theirs: theirs[path] ?? null },
  ]))
}

function differing(one: Flat, other: Flat, typeOf: (path: string) => string): string[] {
  const paths = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...paths].filter((path) => !same(typeOf(path), one[path], other[path]))
}


/** Path → what it was and what it is there now; nothing where this phone knows of nothing. */
export async function changedSince(rooms: Rooms, draft: Draft): Promise<Changes> {
  const form = await rooms.store.db.get('forms', [draft.form, draft.form_v])
  const kept = await rooms.drafts.get(draft.rec)
  const theirs = form && (await theirsNow(rooms, form, draft))
  if (!form || !theirs) return {}
  const snapshot = draft.base ? draft.original : (kept?.snapshot ?? {})
  return changes(form, draft, snapshot, theirs)
}

/** The submission as pulled, for an edit of a sent visit; else the register, as prefilled. */
async function theirsNow(rooms: Rooms, form: Form, draft: Draft): Promise<Flat | null> {
  if (draft.base) {
    const pulled = await rooms.mirror.record(draft.rec)
    return pulled && pulled.v > draft.base.v ? flatten(pulled.doc) : null
  }
  const household = await rooms.mirror.record(draft.unit)
  if (!household) return null
  const members = await rooms.mirror.unit(draft.unit, 'member')
  return prefilled(form.definition, household, members).values
}
