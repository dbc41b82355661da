/** What the server last said of the time. */
import { offsetTo } from '../core/clock'
import type { Store } from '../db/store'

export class Heard {
  clockOffset = 0
  /** The server's clock as last told, in milliseconds. */
  serverTime: number | null = null

  constructor(
    private readonly store: Store,
    private readonly now: () => number,
  ) {}

  async load(): Promise<void> {
    this.clockOffset = (await this.store.get<number>('clockOffset')) ?? 0
    this.serverTime = await this.store.get<number>('serverTime')
  }

  async time(told: unknown): Promise<void> {
    const offset = offsetTo(told, this.now())
    if (offset === null) return
    this.clockOffset = offset
    this.serverTime = this.now() + offset
    await this.store.together(['kv'], async (tx) => {
      await tx.objectStore('kv').put(offset, 'clockOffset')
      await tx.objectStore('kv').put(this.serverTime, 'serverTime')
    })
  }
}
