/** What the phone shows beside each visit: true, in the words of the person's work. */
import type { Disputed, Draft, Mirrored, VisitState, VisitStatus } from './types'

/** What the server said of one op. */
export interface Receipt {
  op: string
  result: Record<string, any>
}

/** All that is known on this phone of one visit. */
export interface VisitFacts {
  draft: Draft | null
  /** Ops without a receipt. */
  pending: number
  /** Of the newest op that has one. */
  receipt: Receipt | null
  /** The status record as last pulled. */
  told: Mirrored | null
  photosSent: number
  photos: number
  conflicts: Disputed[]
}

export function statusOf(facts: VisitFacts): VisitStatus {
  const doc = facts.told?.doc ?? {}
  return {
    state: stateOf(facts),
    photosSent: facts.photosSent,
    photos: facts.photos,
    reason: doc.reason ?? '',
    comments: doc.comments ?? {},
    findings: doc.findings ?? [],
    conflicts: facts.conflicts,
    by: doc.by ?? '',
    at: doc.at ?? facts.draft?.saved_at ?? '',
  }
}

function stateOf(facts: VisitFacts): VisitState {
  const { draft, receipt, told } = facts
  if (draft?.open) return 'draft'
  if (draft?.trial) return 'trial'
  if (facts.pending) return 'waiting'
  if (receipt?.result.result === 'refused') return 'refused'
  if (receipt?.result.result === 'quarantined') return 'with_office'
  // Held for a predecessor that this phone does not have waiting: only a person can find it.
  if (receipt?.result.result === 'held' && !told) return 'with_office'
  if (facts.photosSent < facts.photos) return 'sending'
  if (!told || isOlder(told, receipt)) return 'received'
  return (told.doc.state as VisitState | null) ?? 'received'
}

/** The status speaks of a version before our last edit: its verdict is about the old text. */
export function isOlder(told: Mirrored, receipt: Receipt | null): boolean {
  const v = receipt?.result.v
  return typeof v === 'number' && (told.doc.v ?? 0) < v
}
