/** Drafts survive everything: each save is one transaction. */
import type { Draft, Flat } from '../core/types'
import type { KeptDraft } from './schema'
import type { Store, Write } from './store'

/** A screen's own copy may be a proxy, which no database can keep. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** Keep a draft; what was kept beside it stays unless given anew. */
export async function keepDraft(
  tx: Write, draft: Draft, beside: Partial<Pick<KeptDraft, 'snapshot' | 'sent'>> = {},
): Promise<void> {
  const drafts = tx.objectStore('drafts')
  const known = await drafts.get(draft.rec)
  const { snapshot = known?.snapshot ?? {}, sent = known?.sent ?? null } = beside
  await drafts.put({ rec: draft.rec, unit: draft.unit, draft, snapshot, sent })
}

export class Drafts {
  constructor(private readonly store: Store) {}

  async get(rec: string): Promise<KeptDraft | null> {
    return (await this.store.db.get('drafts', rec)) ?? null
  }

  async all(): Promise<KeptDraft[]> {
    return this.store.db.getAll('drafts')
  }

  /**
   * What the person sees now. What the edit began from is not a screen's to change, and a save
   * that comes after the draft was closed or thrown away brings nothing back.
   */
  async save(draft: Draft): Promise<void> {
    const shown = plain(draft)
    await this.store.together(['drafts'], async (tx) => {
      const known = (await tx.objectStore('drafts').get(draft.rec))?.draft
      if (!known?.open) return
      const { base, epoch, seen, original, open, trial } = known
      await keepDraft(tx, { ...shown, base, epoch, seen, original, open, ...(trial ? { trial } : {}) })
    })
  }

  async begin(draft: Draft, snapshot: Flat, sent: Draft | null): Promise<Draft> {
    const kept = plain(draft)
    await this.store.together(['drafts'], (tx) => keepDraft(tx, kept, { snapshot, sent }))
    return kept
  }

  /** Goes back to what was sent, or away altogether; files that nothing names go with it. */
  async discard(rec: string): Promise<void> {
    await this.store.together(['drafts', 'attached', 'files', 'bytes'], async (tx) => {
      const kept = await tx.objectStore('drafts').get(rec)
      if (kept?.sent) await tx.objectStore('drafts').put({ ...kept, draft: kept.sent, sent: null })
      else await tx.objectStore('drafts').delete(rec)
      await dropStrayFiles(tx)
    })
  }
}

/** Photos taken for a draft and taken out again, or thrown away with it. */
async function dropStrayFiles(tx: Write): Promise<void> {
  const named = new Set((await tx.objectStore('attached').getAll()).map((a) => a.sha256))
  for (const kept of await tx.objectStore('drafts').getAll()) {
    for (const sha256 of JSON.stringify(kept).match(/[0-9a-f]{64}/g) ?? []) named.add(sha256)
  }
  for (const sha256 of await tx.objectStore('files').getAllKeys()) {
    if (named.has(sha256)) continue
    await tx.objectStore('files').delete(sha256)
    await tx.objectStore('bytes').delete(sha256)
  }
}
