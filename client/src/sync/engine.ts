/**
 * When this phone speaks with its server: one round at a time, whatever asks for it.
 *
 * Pull first, text next, photos last, and then a word on how the phone fares; a queue in trouble
 * stops alone. Only a refused token stops them all: nothing more is to be had with it.
 */
import { untilNext } from '../core/hours'
import { Trouble, type SyncReport, type TroubleCode } from '../core/types'
import { iso } from '../core/clock'

export type Queue = SyncReport['trouble'][number]['queue']

export interface Work {
  pull: () => Promise<number>
  push: () => Promise<number>
  photos: () => Promise<number>
  /** Says how this phone fares, where it is time to. */
  state: () => Promise<unknown>
  /** Whether there is anybody to speak for. */
  enrolled: () => boolean
  /** Whether anything waits for the server. */
  waits: () => boolean
  hours: () => string[]
  now: () => number
  /** Told when a round begins, and of its end. */
  begun: () => Promise<void>
  ended: (report: SyncReport) => Promise<void>
}

const LOCK = 'ruhu-sync'
const WHILE_WAITING = 5 * 60_000
const FIRST_WAIT = 15_000
const LONGEST_WAIT = 15 * 60_000
/** Coming to the front again and again is no reason to ask again and again. */
const NOT_SOONER = 30_000
/** With these nobody listens: what can wait is not tried as well, a minute of patience each. */
const NO_ROAD = new Set<TroubleCode>(['offline', 'portal', 'clock', 'server'])

export class Engine {
  private running: Promise<SyncReport> | null = null
  private timer: ReturnType<typeof setTimeout> | null = null
  private hourly: ReturnType<typeof setTimeout> | null = null
  private failures = 0
  private lastRound = 0
  private again = false
  private shutOut = false
  private readonly stops: (() => void)[] = []

  constructor(private readonly work: Work) {}

  /** One round; who asks while one runs gets a round that began after they asked. */
  async sync(): Promise<SyncReport> {
    if (this.running) {
      this.again = true
      await this.running.catch(() => undefined)
      if (this.running) return this.running
      if (!this.again) return this.sync()
    }
    this.again = false
    if (!this.work.enrolled()) return this.nothing() // a pull would be refused, and scare
    this.running = alone(() => this.round()).finally(() => (this.running = null))
    return this.running
  }

  private nothing(): SyncReport {
    return { at: iso(this.work.now()), pulled: 0, pushed: 0, photos: 0, trouble: [] }
  }

  private async round(): Promise<SyncReport> {
    const { work } = this
    await work.begun()
    const report = this.nothing()
    const { at } = report
    const queues: [Queue, () => Promise<void>][] = [
      ['pull', async () => void (report.pulled = await work.pull())],
      ['push', async () => void (report.pushed = await work.push())],
      ['photos', async () => void (report.photos = await work.photos())],
      ['state', async () => void (await work.state())],
    ]
    let wait = 0
    for (const [queue, run] of queues) {
      if (queue === 'state' && report.trouble.some(({ code }) => NO_ROAD.has(code))) break
      const trouble = await troubleIn(run)
      if (!trouble) continue
      report.trouble.push({ queue, code: trouble.code, detail: trouble.detail, at })
      wait = Math.max(wait, trouble.retryAfter * 1000)
      if (trouble.code === 'shut_out') break
    }
    await work.ended(report)
    this.plan(report, wait)
    return report
  }

  /** When to try again by itself: soon after trouble, then less and less often. */
  private plan(report: SyncReport, retryAfter: number): void {
    this.lastRound = this.work.now()
    this.shutOut = report.trouble.some((trouble) => trouble.code === 'shut_out')
    this.failures = report.trouble.length ? this.failures + 1 : 0
    const growing = Math.min(FIRST_WAIT * 2 ** (this.failures - 1), LONGEST_WAIT)
    const wait = this.failures ? Math.max(growing, retryAfter) : WHILE_WAITING
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    if (!this.stops.length || this.shutOut) return
    if (this.failures || this.work.waits()) this.timer = setTimeout(() => this.nudge(), wait)
  }

  /** A good moment: sends without anybody waiting for it. */
  nudge(): void {
    if (this.stops.length && !this.shutOut && this.work.enrolled()) void this.sync().catch(() => undefined)
  }

  enrolled(): void {
    this.shutOut = false
    this.failures = 0
    this.nudge()
  }

  /** From now on by itself: at the start, online again, in front again, at the office's hours. */
  watch(): void {
    if (this.stops.length) return
    this.on('online', () => this.nudge())
    this.on('visibilitychange', () => {
      const isFront = document.visibilityState === 'visible'
      if (isFront && this.work.now() - this.lastRound > NOT_SOONER) this.nudge()
    })
    this.stops.push(() => {
      if (this.timer) clearTimeout(this.timer)
      if (this.hourly) clearTimeout(this.hourly)
    })
    this.planHours()
    this.nudge()
  }

  /** Asked again whenever the hours may have changed: after each round. */
  planHours(): void {
    if (this.hourly) clearTimeout(this.hourly)
    const wait = untilNext(this.work.hours(), new Date(this.work.now()))
    if (wait === null || !this.stops.length) return
    this.hourly = setTimeout(() => {
      this.nudge()
      this.planHours()
    }, wait)
  }

  private on(event: string, run: () => void): void {
    const target = event === 'online' ? globalThis : globalThis.document
    target?.addEventListener?.(event, run)
    this.stops.push(() => target?.removeEventListener?.(event, run))
  }

  stop(): void {
    for (const stop of this.stops.splice(0)) stop()
  }
}

async function troubleIn(run: () => Promise<void>): Promise<Trouble | null> {
  try {
    await run()
    return null
  } catch (fault) {
    if (fault instanceof Trouble) return fault
    // nothing that goes wrong in one queue may stop the next, or go unseen
    return new Trouble('refused', String((fault as Error)?.message ?? fault))
  }
}

/** Never two tabs at once: they share one database, and one phone is one device. */
async function alone<T>(run: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks
  return locks ? ((await locks.request(LOCK, run)) as T) : run()
}
