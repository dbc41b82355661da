/** The cadre's answer to something to be checked: a small form that names what it is about. */
import { iso } from '../core/clock'
import { uuid7 } from '../core/ids'
import { ANSWER } from '../core/offers'
import { Trouble, type Draft, type Finding, type Form } from '../core/types'
import type { Rooms } from '../sync/rooms'

const [VISIT, RULE, PATH] = ['reply/visit', 'reply/rule', 'reply/path']

/** An answer that was begun and not sent is gone on with. */
export async function openAnswer(rooms: Rooms, now: number, rec: string, finding: Finding): Promise<Draft> {
  const about = { [VISIT]: rec, [RULE]: finding.rule, [PATH]: finding.path ?? '' }
  const kept = (await rooms.drafts.all()).map(({ draft }) => draft)
  const begun = kept.find((draft) => draft.form === ANSWER && draft.open && same(draft, about))
  if (begun) return begun
  const form = await newest(rooms)
  const unit = kept.find((draft) => draft.rec === rec)?.unit ?? (await rooms.mirror.record(rec))?.unit
  if (!unit) throw new Trouble('refused', 'visit_gone')
  const epoch = (await rooms.store.get<string>('mirrorEpoch')) ?? (await rooms.store.get<string>('epoch')) ?? null
  const at = iso(now)
  const values = { ...about, [form.definition.unit_path]: unit }
  const draft: Draft = {
    rec: uuid7(now), unit, form: form.form, form_v: form.version, base: null, epoch, seen: {}, original: {},
    values, hidden: [], rows: {}, open: true, page: 0, opened_at: at, saved_at: at,
  }
  return rooms.drafts.begin(draft, {}, null)
}

const same = (draft: Draft, about: Record<string, string>) =>
  Object.entries(about).every(([path, value]) => (draft.values[path] ?? '') === value)

async function newest(rooms: Rooms): Promise<Form> {
  const told = (await rooms.mirror.all('form')).filter(({ doc }) => doc.form === ANSWER)
  for (const version of told.map(({ doc }) => String(doc.version)).sort().reverse()) {
    const form = await rooms.store.db.get('forms', [ANSWER, version])
    if (form) return form
  }
  throw new Trouble('refused', 'no_form')
}
