/** When the phone speaks by itself: growing waits, the office's hours, never without need. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Trouble } from '../src/core/types'
import { Engine, type Work } from '../src/sync/engine'

let rounds: number[] = []
let told: number[] = []
let trouble: Trouble | null = null
let waits = false
let joined = true
let hours: string[] = []
let engine: Engine
const START = new Date(2026, 10, 24, 9, 0).getTime()
const minutes = () => rounds.map((at) => (at - START) / 60_000)

beforeEach(() => {
  vi.useFakeTimers({ now: START })
  rounds = []
  told = []
  trouble = null
  waits = false
  joined = true
  hours = []
  const work: Work = {
    pull: async () => {
      rounds.push(Date.now())
      if (trouble) throw trouble
      return 0
    },
    push: async () => 0,
    photos: async () => 0,
    state: async () => {
      told.push(Date.now())
    },
    enrolled: () => joined,
    waits: () => waits,
    hours: () => hours,
    now: () => Date.now(),
    begun: async () => undefined,
    ended: async () => undefined,
  }
  engine = new Engine(work)
})
afterEach(() => {
  engine.stop()
  vi.useRealTimers()
})
const pass = (amount: number) => vi.advanceTimersByTimeAsync(amount * 60_000)

it('asks once at the start, and then not while nothing waits', async () => {
  engine.watch()
  await pass(120)
  expect(minutes()).toEqual([0])
})

it('asks every five minutes while something waits', async () => {
  waits = true
  engine.watch()
  await pass(11)
  expect(minutes()).toEqual([0, 5, 10])
})

it('asks soon after trouble and then less and less often', async () => {
  trouble = new Trouble('offline')
  engine.watch()
  await pass(40)
  expect(minutes()).toEqual([0, 0.25, 0.75, 1.75, 3.75, 7.75, 15.75, 30.75])
})

it('waits as long as the server asks', async () => {
  trouble = new Trouble('server', '', 1200)
  engine.watch()
  await pass(21)
  expect(minutes()).toEqual([0, 20])
})

it('comes at the office’s hours', async () => {
  hours = ['09:30', '12:30']
  engine.watch()
  await pass(240)
  expect(minutes()).toEqual([0, 30, 210])
})

it('does nothing by itself once it was shut out, until the person enrols again', async () => {
  trouble = new Trouble('shut_out')
  waits = true
  engine.watch()
  await pass(60)
  expect(rounds).toHaveLength(1)
  trouble = null
  engine.enrolled()
  await pass(1)
  expect(rounds).toHaveLength(2)
})

it('asks nothing before somebody joined, whoever calls', async () => {
  joined = false
  engine.watch()
  expect((await engine.sync()).trouble).toEqual([])
  expect(minutes()).toEqual([])
})

it('does not stop at a fault of its own', async () => {
  trouble = new Error('a fault') as Trouble
  expect((await engine.sync()).trouble).toMatchObject([{ queue: 'pull', code: 'refused' }])
})

it('says how it fares though a queue is refused, and not where nobody listens', async () => {
  trouble = new Trouble('too_old')
  await engine.sync()
  expect(told).toHaveLength(1)
  for (const code of ['offline', 'portal', 'server', 'clock', 'shut_out'] as const) {
    trouble = new Trouble(code)
    await engine.sync()
  }
  expect(told).toHaveLength(1)
})
