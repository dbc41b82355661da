/** What the screens list: households, one of them, the visits of this phone. */
import type { HouseholdFacts, HouseholdRow } from '../core/types'
import type { Rooms } from '../sync/rooms'
import { Known } from './known'
import { row } from './row'

export async function households({ store }: Rooms): Promise<HouseholdRow[]> {
  const known = await Known.read(store)
  const newest = new Map<string, HouseholdRow['visit']>()
  for (const { rec, unit, status } of known.visits()) {
    if (!newest.has(unit)) newest.set(unit, { rec, status })
  }
  return known.households.map((household) => row(household, known, newest.get(household.id)))
}

export async function household({ mirror, store }: Rooms, id: string): Promise<HouseholdFacts> {
  const known = await Known.read(store)
  const visits = known.visits().filter((visit) => visit.unit === id)
  return {
    record: await mirror.record(id),
    members: await mirror.unit(id, 'member'),
    visits: visits.map(({ rec, status, at }) => ({ rec, status, at })),
    summary: known.summaries.get(id) ?? null,
  }
}

export async function visits({ store }: Rooms) {
  const known = await Known.read(store)
  return known.visits().map((visit) => ({ ...visit, head: known.head(visit.unit) }))
}
