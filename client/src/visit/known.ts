/** All that lists are made of, read at once: a list of households asks the database once. */
import { statusOf } from '../core/status'
import { subjectOf } from '../core/offers'
import type { Definition, Form, Listed, Mirrored, Told, VisitStatus } from '../core/types'
import { lastReceipt } from '../db/outbox'
import type { KeptDraft, KeptFile, KeptOp } from '../db/schema'
import type { Store } from '../db/store'
import { disputed } from './disputed'

/** Members are most of what the phone keeps, and no list shows them. */
const LISTED = ['household', 'submission', 'status', 'summary', 'form']

export class Known {
  readonly statuses = new Map<string, Mirrored>()
  readonly summaries = new Map<string, Mirrored>()
  private readonly houses = new Map<string, Mirrored>()
  private readonly submissions = new Map<string, Mirrored>()
  readonly drafts = new Map<string, KeptDraft>()
  private readonly ops = new Map<string, KeptOp[]>()
  private readonly attached = new Map<string, string[]>()
  private readonly files = new Map<string, KeptFile>()
  private readonly forms = new Map<string, Form>()
  private readonly told = new Map<string, Told>()

  static async read(store: Store): Promise<Known> {
    const tx = store.db.transaction(['records', 'drafts', 'ops', 'files', 'attached', 'forms'])
    const byType = tx.objectStore('records').index('type')
    // Asked all at once: each answer waited for by itself costs a slow phone a frame.
    const [records, drafts, ops, attached, files, forms] = await Promise.all([
      Promise.all(LISTED.map((type) => byType.getAll(type))),
      tx.objectStore('drafts').getAll(),
      tx.objectStore('ops').getAll(),
      tx.objectStore('attached').getAll(),
      tx.objectStore('files').getAll(),
      tx.objectStore('forms').getAll(),
    ])
    const known = new Known()
    for (const record of records.flat()) known.sort(record)
    for (const kept of drafts) known.drafts.set(kept.rec, kept)
    for (const op of ops) push(known.ops, op.rec, op)
    for (const one of attached) push(known.attached, one.rec, one.sha256)
    for (const file of files) known.files.set(file.sha256, file)
    for (const form of forms) known.forms.set(`${form.form}/${form.version}`, form)
    return known
  }

  get households(): Mirrored[] {
    return [...this.houses.values()]
  }

  private sort(record: Mirrored): void {
    if (record.type === 'household') this.houses.set(record.id, record)
    else if (record.type === 'submission') this.submissions.set(record.id, record)
    else if (record.type === 'status') this.statuses.set(record.subject ?? '', record)
    else if (record.type === 'summary') this.summaries.set(record.subject ?? '', record)
    else if (record.type === 'form') this.told.set(record.doc.form, record.doc as Told)
  }

  status(rec: string): VisitStatus {
    const ops = this.ops.get(rec) ?? []
    const hashes = this.attached.get(rec) ?? []
    const done = hashes.filter((sha256) => this.files.get(sha256)?.state !== 'waiting').length
    const told = this.statuses.get(rec) ?? null
    return statusOf({
      draft: this.drafts.get(rec)?.draft ?? null,
      pending: ops.filter((op) => op.state === 'pending').length,
      receipt: lastReceipt(ops),
      told,
      photosSent: done,
      photos: hashes.length,
      conflicts: disputed({ unit: this.unit(rec), ops, told, definition: this.definition(rec) }),
    })
  }

  /** The form that the visit was filled with, as far as this phone knows of it. */
  private definition(rec: string): Definition | undefined {
    const { form, form_v } = this.filledWith(rec)
    return this.forms.get(`${form}/${form_v}`)?.definition
  }

  private filledWith(rec: string): { form: string; form_v: string } {
    const known = this.drafts.get(rec)?.draft ?? this.submissions.get(rec) ?? this.ops.get(rec)?.[0]?.body
    return { form: String(known?.form ?? ''), form_v: String(known?.form_v ?? '') }
  }

  /** What the list says of the form: as the office tells it, or a draft of it tells itself. */
  private about(rec: string): Pick<Listed, 'title' | 'subject' | 'visit'> {
    const told = this.told.get(this.filledWith(rec).form)
    const definition = this.definition(rec)
    if (told) return { title: told.title ?? {}, subject: subjectOf(told), visit: told.visit ?? false }
    const named = definition?.unit_path
    const subject = named === 'village' ? 'village' : 'household'
    return { title: definition?.title ?? {}, subject, visit: false }
  }

  /** Newest first. */
  visits(): Listed[] {
    const recs = new Set([
      ...this.drafts.keys(), ...this.ops.keys(), ...this.submissions.keys(),
    ])
    return [...recs].map((rec) => this.visit(rec)).sort((a, b) => later(a, b))
  }

  private visit(rec: string): Listed {
    const kept = this.drafts.get(rec)
    const op = this.ops.get(rec)?.slice(-1)[0]
    const status = this.status(rec)
    const at = kept?.draft.opened_at ?? (op?.body.at as string | undefined) ?? status.at
    const trial = kept?.draft.trial ?? false
    return { rec, unit: this.unit(rec), at, status, ...this.filledWith(rec), ...this.about(rec), trial }
  }

  private unit(rec: string): string {
    const known = this.drafts.get(rec) ?? this.ops.get(rec)?.[0] ?? this.submissions.get(rec)
    return known?.unit ?? ''
  }

  /** Who lives there: as the register has it, or as a visit to an unlisted household says. */
  head(unit: string): string {
    const household = this.houses.get(unit)
    const told = household?.doc.set?.head_name
    if (typeof told === 'string') return told
    const visit = [...this.drafts.values()].find((kept) => kept.unit === unit)
    const said = visit?.draft.values['people/head_name']
    return typeof said === 'string' ? said : ''
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function later(a: Listed, b: Listed): number {
  return (Date.parse(b.at) || 0) - (Date.parse(a.at) || 0) || (a.rec < b.rec ? 1 : -1)
}
