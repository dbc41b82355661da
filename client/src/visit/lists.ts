/** What the screens list: households, one of them, the visits of this phone. */
import type { HouseholdFacts, HouseholdRow, Listed } from '../core/types'
import type { Store } from '../db/store'
import type { Rooms } from '../sync/rooms'
import { Known } from './known'
import { row } from './row'

const reading = new WeakMap<Store, Promise<Known>>()

/** Read once for the lists of one screen, which ask in the same breath. */
function known(store: Store): Promise<Known> {
  const begun = reading.get(store) ?? Known.read(store)
  reading.set(store, begun)
  queueMicrotask(() => reading.delete(store))
  return begun
}

export async function households({ store }: Rooms): Promise<HouseholdRow[]> {
  const told = await known(store)
  const newest = new Map<string, HouseholdRow['visit']>()
  for (const { rec, unit, status, visit, trial } of told.visits()) {
    if (visit && !trial && !newest.has(unit)) newest.set(unit, { rec, status })
  }
  return told.households.map((household) => row(household, told, newest.get(household.id)))
}

export async function household({ mirror, store }: Rooms, id: string): Promise<HouseholdFacts> {
  const [told, record, members] = await Promise.all([
    known(store), mirror.record(id), mirror.unit(id, 'member'),
  ])
  const visits = told.visits().filter((visit) => visit.unit === id)
  return {
    record,
    members,
    visits,
    summary: told.summaries.get(id) ?? null,
  }
}

export async function visits({ store }: Rooms): Promise<(Listed & { head: string })[]> {
  const told = await known(store)
  return told.visits().map((visit) => ({ ...visit, head: told.head(visit.unit) }))
}
