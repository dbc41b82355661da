/** What the server has told this phone: the records in its scope, as of its cursor. */
import { figure, type Figure } from '../core/digest'
import type { Mirrored } from '../core/types'
import type { Stores } from './schema'
import { getIn, putIn, type Store, type Write } from './store'
import { differing, recount, Tally } from './sums'

/** Of whom such a record speaks. */
const SUBJECTS: Record<string, string> = { status: 'submission', summary: 'household' }

const COPY: Stores[] = ['records', 'departing', 'sums', 'ops', 'kv']

type Told = Mirrored & { deleted?: boolean }

export interface Page {
  records: Told[]
  drop: string[]
  cursor: string
  /** What the units of a round come to, told with its last page. */
  digests?: Record<string, Figure>
}

/** What a reconcile said. */
export interface Mend {
  records: Told[]
  forget: string[]
  drop: string[]
}

export class Mirror {
  constructor(private readonly store: Store) {}

  /** Take one page and its cursor. A phone that dies before applies it again to the same end. */
  async apply(page: Page): Promise<void> {
    await this.store.together(COPY, async (tx) => {
      const tally = new Tally()
      for (const unit of page.drop) await tx.objectStore('departing').put(unit, unit)
      for (const record of page.records) await take(tx, record, tally)
      await tally.write(tx)
      await dropDeparted(tx)
      await putIn(tx, 'cursor', page.cursor)
      const told = page.digests ?? {}
      await noteOdd(tx, await differing(tx, told), Object.keys(told))
    })
  }

  /** Take what a reconcile said: a record comes as it is, whatever this phone held. */
  async mend(told: Mend): Promise<void> {
    await this.store.together(COPY, async (tx) => {
      const tally = new Tally()
      for (const unit of told.drop) await tx.objectStore('departing').put(unit, unit)
      for (const id of [...told.forget, ...told.records.map((record) => record.id)]) {
        await forget(tx, id, tally)
      }
      for (const record of told.records) await take(tx, record, tally)
      await tally.write(tx)
      await dropDeparted(tx)
    })
  }

  /** Units whose copy is not what the server told, until they are mended. */
  async odd(): Promise<string[]> {
    return (await this.store.get<string[]>('odd')) ?? []
  }

  async markOdd(units: string[]): Promise<void> {
    await this.store.together(['kv'], (tx) => noteOdd(tx, units, []))
  }

  async mended(units: string[]): Promise<void> {
    await this.store.together(['kv'], (tx) => noteOdd(tx, [], units))
  }

  /** {record: version} of one unit. */
  async held(unit: string): Promise<Record<string, number>> {
    const records = await this.store.together(['records', 'sums'], (tx) => recount(tx, unit))
    const leaves = await this.store.db.get('departing', unit)
    return leaves ? {} : Object.fromEntries(records.map(({ id, v }) => [id, v]))
  }

  /** {unit: figure} of all that is here and stays, each counted anew from its records. */
  async figures(): Promise<Record<string, Figure>> {
    const { db } = this.store
    const found: Record<string, Figure> = {}
    for (const unit of await this.units()) {
      await this.store.together(['records', 'sums'], (tx) => recount(tx, unit))
      const sum = await db.get('sums', unit)
      if (sum && !(await db.get('departing', unit))) found[unit] = figure(sum)
    }
    return found
  }

  private async units(): Promise<Set<string>> {
    const units = new Set(await this.store.db.getAllKeys('sums'))
    const index = this.store.db.transaction('records').store.index('unit')
    let cursor = await index.openKeyCursor(null, 'nextunique')
    for (; cursor; cursor = await cursor.continue()) units.add(cursor.key)
    return units
  }

  /** Forget all that was pulled; drafts, edits and photos are the phone's own and stay. */
  async reset(): Promise<void> {
    await this.store.together(['records', 'departing', 'sums', 'kv'], async (tx) => {
      for (const name of ['records', 'departing', 'sums'] as const) await tx.objectStore(name).clear()
      for (const key of ['cursor', 'odd', 'checked']) await putIn(tx, key, null)
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

async function forget(tx: Write, id: string, tally: Tally): Promise<void> {
  const known = await tx.objectStore('records').get(id)
  if (!known) return
  tally.went(known)
  await tx.objectStore('records').delete(id)
}

async function take(tx: Write, record: Told, tally: Tally): Promise<void> {
  const records = tx.objectStore('records')
  if (record.deleted) return forget(tx, record.id, tally)
  // in scope again before it had gone
  if (record.unit) await tx.objectStore('departing').delete(record.unit)
  const known = await records.get(record.id)
  if (known && known.seq > record.seq) return
  if (known) tally.went(known)
  tally.came(record)
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
    await tx.objectStore('sums').delete(unit)
    await tx.objectStore('departing').delete(unit)
  }
}

/** Kept with the page that showed it, so that a phone that dies here mends it all the same. */
async function noteOdd(tx: Write, odd: string[], told: string[]): Promise<void> {
  const before = (await getIn<string[]>(tx, 'odd')) ?? []
  const now = new Set([...before.filter((unit) => !told.includes(unit)), ...odd])
  if (!before.length && !now.size) return
  await putIn(tx, 'odd', now.size ? [...now] : null)
  if (!odd.length) return
  await putIn(tx, 'mismatches', ((await getIn<number>(tx, 'mismatches')) ?? 0) + odd.length)
}
