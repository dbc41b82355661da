/** What stands outside the feed: villages, drafts to try, figures; asked for where the feed moved. */
import { trialVersion } from '../core/offers'
import { Trouble, type Told, type Work } from '../core/types'
import type { Store } from '../db/store'
import type { Forms } from './forms'
import type { Wire } from './wire'

const DAY = 86_400_000
const NOTHING: Work = { villages: [], drafts: [], figures: {} }

export class WorkRoom {
  constructor(
    private readonly wire: Wire,
    private readonly store: Store,
    private readonly forms: Forms,
    private readonly now: () => number,
  ) {}

  async told(): Promise<Work> {
    return (await this.store.get<Work>('work')) ?? NOTHING
  }

  /** Asks where something came (`workAt` is 0 then), and once a day: figures change with the date. */
  async run(): Promise<void> {
    const at = (await this.store.get<number>('workAt')) ?? 0
    const since = this.now() - at
    if (since >= 0 && since < DAY) return
    const work = await this.wire.ask('/api/v1/work')
    if (!isWork(work)) throw new Trouble('portal', 'no work of ours')
    for (const draft of work.drafts) await this.forms.fetch(draft, trialVersion(draft))
    await this.store.put('work', work)
    await this.store.put('workAt', this.now())
  }
}

function isWork(told: any): told is Work & { drafts: Told[] } {
  return Array.isArray(told?.villages) && Array.isArray(told.drafts) && typeof told.figures === 'object'
}
