/** What this phone says of itself, so that its office sees that it is stuck before its person does. */
import { isTrial } from '../core/offers'
import { Trouble } from '../core/types'
import { hear } from '../db/epoch'
import { forgetFiles, passPosition, type Files } from '../db/files'
import { forgetOps, type Outbox } from '../db/outbox'
import { putIn, type Store, type Write } from '../db/store'
import type { Heard } from './heard'
import type { Wire } from './wire'

const HOUR = 3_600_000

/** As the protocol names it. */
export interface DeviceState {
  ops: number
  photos: number
  drafts: number
  oldest_at: string | null
  app: string
  forms: Record<string, string>
}

export class State {
  constructor(
    private readonly wire: Wire,
    private readonly store: Store,
    private readonly outbox: Outbox,
    private readonly files: Files,
    private readonly heard: Heard,
    private readonly now: () => number,
  ) {}

  /** What waits once `sending` ops, the oldest, are through. */
  async told(sending = 0): Promise<DeviceState> {
    const [ops, photos, drafts] = await Promise.all([
      this.outbox.pending(), this.files.waiting(), this.store.db.getAll('drafts'),
    ])
    const left = ops.sort((a, b) => a.n - b.n).slice(sending)
    return {
      ops: left.length,
      photos: photos.length,
      drafts: drafts.filter(({ draft }) => draft.open && !draft.trial).length,
      oldest_at: (left[0]?.body.at as string | undefined) ?? null,
      app: this.wire.around.app,
      forms: await this.forms(),
    }
  }

  /** {form: the newest version that can be filled in here}. */
  private async forms(): Promise<Record<string, string>> {
    const keys = (await this.store.db.getAllKeys('forms')).filter(([, version]) => !isTrial(version))
    return Object.fromEntries(keys.sort())
  }

  /** Tells it without a push, where it is time to; whether it was told. */
  async run(): Promise<boolean> {
    const state = await this.told()
    if (!(await this.isDue(state))) return false
    const told = await this.wire.ask('/api/v1/device/state', { json: state })
    if (typeof told?.epoch !== 'string' || typeof told.position !== 'number') {
      throw new Trouble('portal', 'no answer of ours to a state')
    }
    await this.store.together(['kv', 'ops', 'files', 'attached', 'bytes'], async (tx) => {
      await passPosition(tx, told.epoch, told.position)
      await hear(tx, told.epoch)
      await backedUp(tx, told, this.now())
      await said(tx, state, this.now())
    })
    await this.heard.time(told.server_time)
    return true
  }

  /**
   * Once an hour at most, and at once when what was told as waiting has gone through: the office
   * would take the phone for stuck.
   */
  private async isDue(state: DeviceState): Promise<boolean> {
    const since = this.now() - ((await this.store.get<number>('reported')) ?? -Infinity)
    const isRelief = !waits(state) && (await this.store.get('saidWaiting')) !== null
    return isRelief || !(since >= 0 && since < HOUR)
  }
}

const waits = (state: DeviceState) => state.ops + state.photos > 0

/** It has arrived. */
export async function said(tx: Write, state: DeviceState, now: number): Promise<void> {
  await putIn(tx, 'saidWaiting', waits(state) || null)
  await putIn(tx, 'reported', now)
}

/** What a backup holds need not be kept here any more. */
export async function backedUp(tx: Write, told: any, now: number): Promise<void> {
  const through = told.backed_up_through ?? 0
  await forgetOps(tx, told.epoch, through, now)
  await forgetFiles(tx, told.epoch, through, now)
}
