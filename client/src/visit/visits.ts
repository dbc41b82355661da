/** Visits on this phone: opened with what the register knows, filled in offline, finished. */
import { iso } from '../core/clock'
import { delta, filesIn, isEmpty, said, settled } from '../core/delta'
import { rowOrder, typesOf } from '../core/definition'
import { fileId, uuid7 } from '../core/ids'
import { flatten, rowsOf } from '../core/paths'
import { offers } from '../core/offers'
import { prefilled } from '../core/prefill'
import { confirmed } from '../core/topics'
import { Trouble, type Draft, type FileFacts, type Fix, type Form, type Definition } from '../core/types'
import type { Mirrored, NewFile, Offer } from '../core/types'
import { keepDraft, plain } from '../db/drafts'
import { attach } from '../db/files'
import { addOp, lastReceipt } from '../db/outbox'
import type { Stores } from '../db/schema'
import type { Write } from '../db/store'
import type { Rooms } from '../sync/rooms'

const CLOSING: Stores[] = ['drafts', 'ops', 'kv', 'attached']

/** What a person with the phone does; nothing here needs a network. */
export class Visits {
  constructor(
    private readonly rooms: Rooms,
    private readonly now: () => number,
  ) {}

  async form(form: string, version: string): Promise<Form | null> {
    return (await this.rooms.store.db.get('forms', [form, version])) ?? null
  }

  /** The newest form of a visit that is here whole; null before the first pull. */
  async newestForm(): Promise<Form | null> {
    const told = await this.rooms.mirror.all('form')
    const visit = told.find(({ doc }) => doc.visit && !doc.retired) ?? told.find(({ doc }) => doc.visit)
    return visit ? this.form(visit.doc.form, visit.doc.version) : null
  }

  async offers(): Promise<Offer[]> {
    const { mirror, store, work } = this.rooms
    const here = new Set((await store.db.getAllKeys('forms')).map((key) => key.join('/')))
    const found = offers(await mirror.all('form'), (await work.told()).drafts)
    return found.filter(({ form, version }) => here.has(`${form}/${version}`))
  }

  /** What a visit to a door begins with. */
  private async visitForm(): Promise<Offer> {
    const found = (await this.offers()).find((offer) => offer.visit && !offer.trial)
    if (found) return found
    const told = (await this.rooms.mirror.all('form')).find(({ doc }) => doc.visit)
    throw new Trouble('refused', told?.doc.retired ? 'form_retired' : 'no_form')
  }

  async open(household: string): Promise<Draft> {
    return this.openForm(await this.visitForm(), household)
  }

  /** About a household by its id, a village by its code, or nobody. */
  async openForm(offer: Offer, about: string): Promise<Draft> {
    const form = await this.form(offer.form, offer.version)
    if (!form) throw new Trouble('refused', 'no_form')
    if (offer.subject === 'household') return this.ofHousehold(form, offer, about)
    const village = (await this.rooms.work.told()).villages.find(({ code }) => code === about)
    if (offer.subject === 'village' && !village) throw new Trouble('refused', 'village_gone')
    const draft = await this.blank(form, village?.unit ?? '', offer.trial)
    if (village) draft.values[form.definition.unit_path] = village.code
    return this.rooms.drafts.begin(draft, {}, null)
  }

  private async ofHousehold(form: Form, offer: Offer, id: string): Promise<Draft> {
    const known = await this.rooms.mirror.record(id)
    if (!known) throw new Trouble('refused', 'household_gone')
    const filled = prefilled(form.definition, known, await this.members(known.unit))
    const blank = await this.blank(form, known.unit || id, offer.trial)
    return this.rooms.drafts.begin({ ...blank, ...filled }, filled.values, null)
  }

  async openUnlisted(): Promise<Draft> {
    const offer = await this.visitForm()
    const form = await this.form(offer.form, offer.version)
    if (!form) throw new Trouble('refused', 'no_form')
    const unit = uuid7(this.now())
    const draft = await this.blank(form, unit)
    draft.values[form.definition.unit_path] = unit
    return this.rooms.drafts.begin(draft, {}, null)
  }

  private async blank(form: Form, unit: string, trial = false): Promise<Draft> {
    const at = iso(this.now())
    const epoch = await this.mirrorEpoch()
    return {
      rec: uuid7(this.now()), unit, form: form.form, form_v: form.version, base: null, epoch,
      seen: {}, original: {}, values: {}, hidden: [], rows: {}, open: true, page: 0,
      opened_at: at, saved_at: at, ...(trial ? { trial } : {}),
    }
  }

  /** The history that the records here are of. */
  private async mirrorEpoch(): Promise<string | null> {
    const { store } = this.rooms
    return (await store.get<string>('mirrorEpoch')) ?? (await store.get<string>('epoch')) ?? null
  }

  private async members(unit: string): Promise<Mirrored[]> {
    const members = await this.rooms.mirror.unit(unit, 'member')
    return members.sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /**
   * The same visit again: from the server's document, unless own edits are not in it yet; then
   * from what was last finished here, with the base that it had.
   */
  async reopen(rec: string): Promise<Draft> {
    const { mirror, outbox, drafts } = this.rooms
    const kept = await drafts.get(rec)
    if (kept?.draft.open) return kept.draft
    const pulled = await mirror.record(rec)
    const ops = await outbox.of(rec)
    const receipt = lastReceipt(ops)
    const behind = !pulled || pulled.v < (receipt?.result.v ?? 0)
    const unsent = ops.some((op) => op.state === 'pending')
    if (kept && (behind || unsent)) {
      return drafts.begin({ ...kept.draft, open: true }, kept.snapshot, kept.draft)
    }
    if (!pulled?.form || !pulled.form_v) throw new Trouble('refused', 'visit_gone')
    const again = await this.fromServer(pulled, kept?.draft ?? null)
    return drafts.begin(again, again.original, kept?.draft ?? null)
  }

  private async fromServer(pulled: Mirrored, before: Draft | null): Promise<Draft> {
    const form = await this.form(pulled.form!, pulled.form_v!)
    if (!form) throw new Trouble('refused', 'no_form')
    const original = flatten(pulled.doc)
    const at = iso(this.now())
    const epoch = await this.mirrorEpoch()
    return {
      rec: pulled.id, unit: pulled.unit, form: form.form, form_v: form.version,
      base: epoch ? { epoch, v: pulled.v } : null, epoch, seen: await this.versionsNow(pulled.unit),
      original, values: { ...original }, hidden: [], rows: order(form, original, before),
      open: true, page: 0, opened_at: at, saved_at: at,
    }
  }

  private async versionsNow(unit: string): Promise<Record<string, number>> {
    const { mirror } = this.rooms
    const known = [...(await mirror.unit(unit, 'household')), ...(await this.members(unit))]
    return Object.fromEntries(known.map((record) => [record.id, record.v]))
  }

  async save(draft: Draft): Promise<void> {
    draft.saved_at = iso(this.now())
    await this.rooms.drafts.save(draft)
  }

  /** Bytes first, then the answer that names them: never a name without its photo. */
  async addFile(draft: Draft, path: string, file: NewFile): Promise<FileFacts> {
    const sha256 = await fileId(file.bytes)
    const ending = (file.mime.split('/')[1] ?? 'bin').replace('jpeg', 'jpg')
    // the hash keeps names apart: the instance knows a photo by nothing but its name
    const name = `${path.replace(/[/[\]]/g, '-')}-${sha256.slice(0, 8)}.${ending}`
    const { mime, taken_at, gps, role } = file
    const facts = { sha256, size: file.bytes.byteLength, mime, taken_at, gps, role, name }
    const state = draft.trial ? 'trial' : 'waiting'
    await this.rooms.files.add({ sha256, mime, name, size: facts.size }, file.bytes, state)
    draft.values[path] = facts
    await this.save(draft)
    return facts
  }

  /** Close the draft: what changed becomes one op, kept before this returns. Twice is once. */
  async finish(draft: Draft, fix: Fix | null): Promise<string | null> {
    const form = await this.form(draft.form, draft.form_v)
    const definition = form?.definition ?? null
    const shown = plain({ ...draft, open: false, saved_at: iso(this.now()) })
    const at = { op: uuid7(this.now()), at: iso(this.now()), fix: plain(fix) }
    const done = await this.rooms.store.together(CLOSING, async (tx) => {
      const known = (await tx.objectStore('drafts').get(draft.rec))?.draft
      return known?.open ? close(tx, { ...shown, ...begun(known) }, definition, at) : null
    })
    if (done) Object.assign(draft, done.closed)
    return done?.op ?? null
  }
}

/** What the edit began from: not a screen's to change. */
function begun(draft: Draft): Partial<Draft> {
  const { base, epoch, seen, original, trial } = draft
  return { base, epoch, seen, original, ...(trial ? { trial } : {}) }
}

/** A new visit's base is version 0 of the history that its `seen` speaks of. */
const ground = ({ base, epoch }: Draft) => base ?? (epoch ? { epoch, v: 0 } : null)

async function close(
  tx: Write, shown: Draft, definition: Definition | null, at: { op: string; at: string; fix: Fix | null },
): Promise<{ op: string | null; closed: Draft }> {
  const values = settled(shown.original, said(shown), typesOf(definition))
  const change = delta(shown.original, values)
  const { rec, form, form_v, seen } = shown
  const asked = definition ? confirmed(definition, values) : []
  const body = {
    rec, type: 'submission', form, form_v, base: ground(shown), seen, ...change, ...at,
    ...(asked.length ? { confirmed: asked } : {}),
  }
  const closed = { ...shown, original: values }
  if (shown.trial) {
    await keepDraft(tx, { ...shown, values }, { sent: null })
    return { op: null, closed: { ...shown, values } }
  }
  const op = isEmpty(change) ? null : at.op
  if (op) await addOp(tx, body, shown.unit)
  await attach(tx, rec, filesIn(values))
  await keepDraft(tx, closed, { sent: null })
  return { op, closed }
}

/** Rows as they were last shown here; those that came since, after them. */
function order(form: Form, values: Draft['values'], before: Draft | null): Draft['rows'] {
  return rowOrder(form.definition, (repeat) => {
    const now = rowsOf(values, repeat)
    const known = (before?.rows[repeat] ?? []).filter((row) => now.includes(row))
    return [...known, ...now.filter((row) => !known.includes(row))]
  })
}
