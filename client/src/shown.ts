/** What the header shows, and what of it outlives the app. */
import type { SyncReport, SyncState } from './core/types'
import type { Store } from './db/store'

const KEPT_TROUBLES = 10

/** Before anything is known. */
export const NEW: SyncState = {
  running: false, ops: 0, photos: 0, drafts: 0, photo: null, pull: null, lastGood: null,
  last: null, troubles: [], clockOffset: 0, shutOut: false, outdated: false,
}

/** Files a round's report beside the former ones of the same person. */
export async function filed(store: Store, report: SyncReport): Promise<Partial<SyncState>> {
  const before = (await store.get<Partial<SyncState>>('shown')) ?? {}
  const troubles = [...report.trouble, ...(before.troubles ?? [])].slice(0, KEPT_TROUBLES)
  const lastGood = report.trouble.length ? (before.lastGood ?? null) : report.at
  const shutOut = report.trouble.some((trouble) => trouble.code === 'shut_out')
  const kept = { last: report, troubles, lastGood, shutOut }
  await store.put('shown', kept).catch(() => undefined) // a full disk
  return kept
}
