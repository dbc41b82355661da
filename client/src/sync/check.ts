/** This phone's copy held against the server's figures: what was lost in silence shows here. */
import type { Figure } from '../core/digest'
import { Trouble } from '../core/types'
import type { Mirror } from '../db/mirror'
import type { Store } from '../db/store'
import type { Wire } from './wire'

const MOST_UNITS = 1000
const MOST_RECORDS = 4000
/** A mend of one unit after another; more rounds than any unit can need. */
const MOST_ROUNDS = 20
/** All that is here is held against the server after a first pull, and then once a week. */
const ANEW = 7 * 86_400_000

type Held = Record<string, Record<string, number>>

export class Check {
  constructor(
    private readonly wire: Wire,
    private readonly store: Store,
    private readonly mirror: Mirror,
    private readonly now: () => number,
  ) {}

  /** Mends whatever is known to differ. Asked after the last page of a pull. */
  async run(device: string): Promise<void> {
    if (await this.isDue()) await this.whole(device)
    for (let odd = await this.mirror.odd(); odd.length; ) {
      const held = await this.portion(odd)
      await this.mend(device, held)
      const done = Object.keys(held)
      await this.mirror.mended(done)
      odd = odd.filter((unit) => !done.includes(unit))
    }
  }

  private async isDue(): Promise<boolean> {
    const since = this.now() - ((await this.store.get<number>('checked')) ?? -Infinity)
    return !(since >= 0 && since < ANEW) // nor may a clock that was set back put it off
  }

  /** All units in the order of their names, those of which nothing is here, too; an answer that is
   * full says how far it came. */
  private async whole(device: string): Promise<void> {
    const figures = await this.mirror.figures()
    for (let after: string | null = ''; after !== null; ) {
      const behind: string = after
      const here = Object.keys(figures).filter((unit) => unit > behind).sort(byCode)
      const page = here.slice(0, MOST_UNITS)
      const until = here.length > page.length ? page[page.length - 1]! : null
      const digests: Record<string, Figure> = Object.fromEntries(page.map((unit) => [unit, figures[unit]!]))
      const told = await this.ask(device, { digests, complete: true, after, until })
      await this.mirror.markOdd(told.differ)
      after = told.through ?? until
    }
    await this.store.put('checked', this.now())
  }

  /** The records of some of these units, at least one, as many as one request may name. */
  private async portion(units: string[]): Promise<Held> {
    const held: Held = {}
    let count = 0
    for (const unit of units.slice(0, MOST_UNITS)) {
      const records = await this.mirror.held(unit)
      count += Object.keys(records).length
      if (count > MOST_RECORDS && Object.keys(held).length) break
      held[unit] = records
    }
    return held
  }

  private async mend(device: string, first: Held): Promise<void> {
    let held = first
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const told = await this.ask(device, { held })
      if (!told.more) return
      const again: Held = {}
      for (const unit of Object.keys(held)) again[unit] = await this.mirror.held(unit)
      held = again
    }
  }

  private async ask(device: string, asked: object): Promise<any> {
    const cursor = await this.store.get<string>('cursor')
    const told = await this.wire.ask('/api/v1/sync/reconcile', { json: { device, cursor, ...asked } })
    if (!isMend(told)) throw new Trouble('portal', 'no answer of ours to a reconcile')
    await this.mirror.mend(told)
    return told
  }
}

const byCode = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

function isMend(told: any): boolean {
  return [told?.records, told?.forget, told?.drop, told?.differ].every(Array.isArray)
}
