/** Sends edits until each has its receipt. */
import { iso } from '../core/clock'
import { Trouble } from '../core/types'
import { hear } from '../db/epoch'
import { passPosition } from '../db/files'
import { dropDeparted } from '../db/mirror'
import { acknowledge, type Outbox } from '../db/outbox'
import type { KeptOp, Stores } from '../db/schema'
import type { Store } from '../db/store'
import type { Heard } from './heard'
import { backedUp, said, type DeviceState, type State } from './state'
import { Refusal, type Wire } from './wire'

const MOST_OPS = 500
/** Below the 2 MiB that the server takes, envelope included. */
const MOST_BYTES = 1.5 * 1024 * 1024
const FAULTY = /ops\[(\d+)\]/
const TOUCHED: Stores[] = ['kv', 'ops', 'files', 'attached', 'records', 'departing', 'sums', 'bytes']

export class Push {
  private most = MOST_OPS
  private mostBytes = MOST_BYTES

  constructor(
    private readonly wire: Wire,
    private readonly store: Store,
    private readonly outbox: Outbox,
    private readonly heard: Heard,
    private readonly state: State,
    private readonly now: () => number,
  ) {}

  /** How many edits got their receipt. */
  async run(device: string): Promise<number> {
    let receipts = 0
    for (;;) {
      const batch = await this.outbox.batch(this.most, this.mostBytes)
      if (!batch.length) return receipts
      try {
        receipts += await this.send(device, batch)
      } catch (told) {
        if (!(told instanceof Refusal) || !(await this.mend(batch, told))) throw told
      }
    }
  }

  private async send(device: string, batch: KeptOp[]): Promise<number> {
    const epoch = await this.store.get<string>('epoch')
    const state = await this.state.told(batch.length)
    const ops = batch.map((op) => op.body)
    const told = await this.wire.ask('/api/v1/sync/push', {
      json: { device, epoch, sent_at: iso(this.now()), ops, device_state: state },
    })
    if (!isAnswer(told)) throw new Trouble('portal', 'no answer of ours to a push')
    const filed = await this.file(told, state)
    await this.heard.time(told.server_time)
    // an answer that lists none of them would be asked again for ever
    if (!filed) throw new Trouble('server', 'the answer lists none of the ops sent')
    return filed
  }

  private async file(told: any, state: DeviceState): Promise<number> {
    const now = this.now()
    return this.store.together(TOUCHED, async (tx) => {
      let filed = 0
      for (const result of told.results) {
        filed += Number(await acknowledge(tx, result, told.epoch, told.position, now))
      }
      await passPosition(tx, told.epoch, told.position)
      await hear(tx, told.epoch)
      await dropDeparted(tx)
      await backedUp(tx, told, now)
      await said(tx, state, now)
      return filed
    })
  }

  /** Whether the rest can go on: fewer ops, or without the one that cannot be read. */
  private async mend(batch: KeptOp[], told: Refusal): Promise<boolean> {
    const tooLarge = ['push_too_large', 'body_too_large'].includes(told.problem)
    if (tooLarge && batch.length > 1) {
      this.most = Math.max(1, Math.floor(batch.length / 2))
      return true
    }
    if (tooLarge && batch[0]) {
      await this.outbox.setAside(batch[0].op, told.problem)
      return true
    }
    return told.status === 422 && this.setAside(batch, told.fields)
  }

  private async setAside(batch: KeptOp[], fields: Record<string, string>): Promise<boolean> {
    const places = new Map<number, string[]>()
    for (const [name, fault] of Object.entries(fields)) {
      const place = Number(FAULTY.exec(name)?.[1] ?? NaN)
      if (batch[place]) places.set(place, [...(places.get(place) ?? []), `${name}: ${fault}`])
    }
    for (const [place, faults] of places) {
      await this.outbox.setAside(batch[place]!.op, faults.join('; '))
    }
    return places.size > 0
  }
}

function isAnswer(told: any): boolean {
  return typeof told?.epoch === 'string' && Array.isArray(told.results) && 'position' in told
}
