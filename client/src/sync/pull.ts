/** What the server has for this phone, page by page; and the forms it names. */
import { hear, HEARING } from '../db/epoch'
import type { Mirror } from '../db/mirror'
import { putIn, type Store } from '../db/store'
import { Trouble, type Told } from '../core/types'
import type { Check } from './check'
import type { Forms } from './forms'
import type { Heard } from './heard'
import { Refusal, type Wire } from './wire'
import type { WorkRoom } from './work'

const LIMIT = 500
const BEGIN_ANEW = ['cursor_gone', 'cursor_invalid']

export interface Progress {
  have: number
  total: number
}

export class Pull {
  constructor(
    private readonly wire: Wire,
    private readonly store: Store,
    private readonly mirror: Mirror,
    private readonly heard: Heard,
    private readonly check: Check,
    private readonly forms: Forms,
    private readonly work: WorkRoom,
  ) {}

  /** Everything new since the cursor; how many records. Goes on at every page. */
  async run(device: string, tell: (progress: Progress | null) => void): Promise<number> {
    let count = 0
    let total: number | null = null
    try {
      for (let more = true; more; ) {
        const page = await this.page()
        if (page === null) {
          await this.heard.time(this.wire.date)
          break
        }
        total ??= page.total
        await this.take(page)
        count += page.records.length
        tell(total ? { have: count, total } : null)
        more = page.more
      }
    } finally {
      tell(null)
    }
    await this.fetchForms()
    await this.check.run(device)
    await this.work.run()
    return count
  }

  private async page(): Promise<any> {
    const cursor = await this.store.get<string>('cursor')
    const query = new URLSearchParams({ limit: String(LIMIT), ...(cursor ? { cursor } : {}) })
    try {
      const page = await this.wire.ask(`/api/v1/sync/pull?${query}`)
      if (page !== null && !isPage(page)) throw new Trouble('portal', 'no page of ours')
      return page
    } catch (told) {
      const anew = told instanceof Refusal && BEGIN_ANEW.includes(told.problem)
      if (!cursor || !anew) throw told
      await this.mirror.reset()
      return this.page()
    }
  }

  private async take(page: any): Promise<void> {
    const { records, drop, cursor, digests } = page
    await this.mirror.apply({ records, drop: drop ?? [], cursor, digests: digests ?? {} })
    await this.store.together(HEARING, async (tx) => {
      await hear(tx, page.epoch)
      // what a push told of a new history says nothing of the records that are still of the old one
      await putIn(tx, 'mirrorEpoch', page.epoch)
      // what stands outside the feed is to be asked for, even if the road breaks before it can be
      await putIn(tx, 'workAt', 0)
    })
    await this.heard.time(page.server_time)
  }

  private async fetchForms(): Promise<void> {
    for (const { doc } of await this.mirror.all('form')) await this.forms.fetch(doc as Told)
  }
}

function isPage(page: any): boolean {
  const told = [page.epoch, page.cursor].every((word) => typeof word === 'string')
  return told && typeof page.proto === 'number' && Array.isArray(page.records)
}
