/** What the server has told this phone: the records in its scope, as of its cursor. */
import type { Mirrored } from '../core/types'
import { putIn, type Store, type Write } from './store'

/** Of whom such a record speaks. */
const SUBJECTS: Record<string, string> = { status: 'submission', summary: 'household' }

export interface Page {
  records: (Mirrored & { deleted?: boolean })[]
  drop: string[]
  cursor: string
}

export class Mirror {
  constructor(private readonly store: Store) {}

  /** Take one page and its cursor. A phone that dies before applies it again to the same end. */
  async apply(page: Page): Promise<void> {
    await this.store.together(['records', 'departing', 'ops', 'kv'], async (tx) => {
      for (const unit of page.drop) await tx.objectStore('departing').put(unit, unit)
      for (const record of page.records) await take(tx, record)
      await dropDeparted(tx)
      await putIn(tx, 'cursor', page.cursor)
    })
  }

  /** Forget all that was pulled; drafts, edits and photos are the phone's own and stay. */
  async reset(): Promise<void> {
    await this.store.together(['records', 'departing', 'kv'], async (tx) => {
      await tx.objectStore('records').clear()
      await tx.objectStore('departing').clear()
      await putIn(tx, 'cursor', null)
    })
  }

  async record(id: string): Promise<Mirrored | null> {
    return (await this.store.db.get('records', id)) ?? null
  }

  /** The status of a submission, the summary of a household. */
  async about(type: string, subject: string): Promise<Mirrored | null> {
    const found = await this.store.db.getAllFromIndex('records', 'subject', [type, subject])
    return newest(found)
  }

  async all(type: string): Promise<Mirrored[]> {
    return this.store.db.getAllFromIndex('records', 'type', type)
  }

  async unit(unit: string, type: string): Promise<Mirrored[]> {
    const found = await this.store.db.getAllFromIndex('records', 'unit', unit)
    return found.filter((record) => record.type === type)
  }
}

function newest(found: Mirrored[]): Mirrored | null {
  return found.reduce<Mirrored | null>((best, r) => (best && best.seq > r.seq ? best : r), null)
}

async function take(tx: Write, record: Mirrored & { deleted?: boolean }): Promise<void> {
  const records = tx.objectStore('records')
  if (record.deleted) return records.delete(record.id)
  // in scope again before it had gone
  if (record.unit) await tx.objectStore('departing').delete(record.unit)
  const known = await records.get(record.id)
  if (known && known.seq > record.seq) return
  const subject = record.doc[SUBJECTS[record.type] ?? '']
  await records.put(typeof subject === 'string' ? { ...record, subject } : record)
}

/** Forget units that left the scope, but not before their own edits are acknowledged. */
export async function dropDeparted(tx: Write): Promise<void> {
  const departing = await tx.objectStore('departing').getAll()
  if (!departing.length) return
  const pending = await tx.objectStore('ops').index('state').getAll('pending')
  const held = new Set(pending.map((op) => op.unit))
  const records = tx.objectStore('records')
  for (const unit of departing.filter((left) => !held.has(left))) {
    for (const id of await records.index('unit').getAllKeys(unit)) await records.delete(id)
    await tx.objectStore('departing').delete(unit)
  }
}
