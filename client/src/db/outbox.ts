/**
 * Edits on their way: each has its own id, a number of this phone, and waits for its receipt.
 * An edit is ✓ only when an answer listed its id; it is kept after that until the server's backup
 * has passed it, so that a server restored from an older backup gets it again.
 */
import type { Receipt } from '../core/status'
import type { KeptOp } from './schema'
import { getIn, putIn, type Store, type Write } from './store'

/** Where no backups run. */
export const KEEP_MS = 90 * 86_400_000

/** Give the op its number and its predecessor, and keep it. */
export async function addOp(tx: Write, op: Record<string, unknown>, unit: string) {
  const ops = tx.objectStore('ops')
  const rec = op.rec as string
  const last = await ops.index('n').openCursor(null, 'prev')
  // numbers of ops already forgotten are spent, too
  const n = Math.max((await getIn<number>(tx, 'n')) ?? 0, last?.value.n ?? 0) + 1
  const after = await getIn<string>(tx, `last/${rec}`)
  const body = { ...op, n, ...(after ? { after } : {}) }
  await putIn(tx, 'n', n)
  await putIn(tx, `last/${rec}`, op.op)
  await ops.put({
    op: op.op as string, n, rec, unit, state: 'pending', body,
    result: null, epoch: null, position: null, acked: null,
  })
}

/** File the receipt of one op; false for an op this phone does not know. */
export async function acknowledge(
  tx: Write, result: Record<string, any>, epoch: string, position: number, at: number,
): Promise<boolean> {
  const ops = tx.objectStore('ops')
  const known = await ops.get(result.op)
  if (!known) return false
  await ops.put({ ...known, state: 'acked', result, epoch, position, acked: at })
  return true
}

/** The server's history is another one: what its backup is not known to hold goes out again. */
export async function sendOpsAgain(tx: Write, epoch: string): Promise<void> {
  const ops = tx.objectStore('ops')
  for (const op of await ops.index('state').getAll('acked')) {
    if (op.epoch !== epoch) await ops.put({ ...op, state: 'pending' })
  }
}

/** Drop receipted edits that a backup holds (or that are 90 days old). */
export async function forgetOps(tx: Write, epoch: string, through: number, now: number) {
  const ops = tx.objectStore('ops')
  for (const op of await ops.index('state').getAll('acked')) {
    const held = op.epoch === epoch && op.position !== null && op.position <= through
    if (held || (op.acked ?? now) < now - KEEP_MS) await ops.delete(op.op)
  }
}

export class Outbox {
  constructor(private readonly store: Store) {}

  /** The oldest edits without a receipt, at least one, at most so many and so large. */
  async batch(most: number, mostBytes: number): Promise<KeptOp[]> {
    const waiting = (await this.pending()).sort((a, b) => a.n - b.n).slice(0, most)
    let size = 0
    const cut = waiting.findIndex((op, i) => {
      size += new TextEncoder().encode(JSON.stringify(op.body)).length
      return i > 0 && size > mostBytes
    })
    return cut < 0 ? waiting : waiting.slice(0, cut)
  }

  async pending(): Promise<KeptOp[]> {
    return this.store.db.getAllFromIndex('ops', 'state', 'pending')
  }

  async of(rec: string): Promise<KeptOp[]> {
    const found = await this.store.db.getAllFromIndex('ops', 'rec', rec)
    return found.sort((a, b) => a.n - b.n)
  }

  /** An op whose envelope the server cannot read must not stop the others: it is shown, and not
   * sent again by itself. */
  async setAside(op: string, why: string): Promise<void> {
    await this.store.together(['ops'], async (tx) => {
      const known = await tx.objectStore('ops').get(op)
      const result = { op, result: 'refused', why }
      if (known) await tx.objectStore('ops').put({ ...known, state: 'refused', result })
    })
  }
}

/** The receipt of the newest acknowledged or refused op among these. */
export function lastReceipt(ops: KeptOp[]): Receipt | null {
  const answered = ops.filter((op) => op.result !== null).sort((a, b) => b.n - a.n)[0]
  return answered ? { op: answered.op, result: answered.result! } : null
}
