/** What each unit comes to, kept in the transaction that keeps its records. */
import { added, figure, NOTHING, withRecord, without, type Figure, type Sum } from '../core/digest'
import type { Mirrored } from '../core/types'
import type { Write } from './store'

type Counted = Pick<Mirrored, 'id' | 'unit' | 'v'>

/** What one transaction changes: each unit is written once, however many of its records came. */
export class Tally {
  private readonly moved = new Map<string, Sum>()

  came({ id, unit, v }: Counted): void {
    this.moved.set(unit, withRecord(this.moved.get(unit) ?? NOTHING, id, v))
  }

  went({ id, unit, v }: Counted): void {
    this.moved.set(unit, without(this.moved.get(unit) ?? NOTHING, id, v))
  }

  async write(tx: Write): Promise<void> {
    for (const [unit, sum] of this.moved) {
      await keepSum(tx, unit, added((await tx.objectStore('sums').get(unit)) ?? NOTHING, sum))
    }
  }
}

export async function keepSum(tx: Write, unit: string, sum: Sum): Promise<void> {
  if (sum.records) await tx.objectStore('sums').put(sum, unit)
  else await tx.objectStore('sums').delete(unit)
}

/** The unit's records as they are, and its sum written anew from them. */
export async function recount(tx: Write, unit: string): Promise<Mirrored[]> {
  const records = await tx.objectStore('records').index('unit').getAll(unit)
  const sum = records.reduce((told, { id, v }) => withRecord(told, id, v), NOTHING)
  const known = (await tx.objectStore('sums').get(unit)) ?? NOTHING
  if (`${figure(sum)}` !== `${figure(known)}`) await keepSum(tx, unit, sum)
  return records
}

/** Which of these units come to something else here. What is on its way out is as good as gone. */
export async function differing(tx: Write, told: Record<string, Figure>): Promise<string[]> {
  const odd: string[] = []
  for (const [unit, [records, word]] of Object.entries(told)) {
    const leaves = await tx.objectStore('departing').get(unit)
    const sum = leaves ? undefined : await tx.objectStore('sums').get(unit)
    if (`${figure(sum ?? NOTHING)}` !== `${[records, word]}`) odd.push(unit)
  }
  return odd
}
