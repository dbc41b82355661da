/** A phone in the hand, anew for each test, and the office that it speaks with. */
import { afterEach, beforeEach, vi } from 'vitest'
import { openPhone, type RealPhone } from '../src/phone'
import { Desk } from './desk'

export const NOW = Date.UTC(2026, 10, 24, 4, 0, 0)
export let desk: Desk
export let phone: RealPhone
let name = ''
let now = NOW
let count = 0

const open = () => openPhone({
  name, now: () => now, fetch: desk.fetch, watch: false, waits: [1], built: Date.UTC(2026, 10, 1),
})

beforeEach(async () => {
  desk = new Desk()
  name = `phone-${count++}`
  now = NOW
  phone = await open()
})
afterEach(() => {
  vi.restoreAllMocks()
  phone.close()
})

/** Switched off and on again. */
export async function restart(): Promise<void> {
  phone.close()
  phone = await open()
}

export function setClock(moment: number): void {
  now = moment
}

/** Enrolled, the register pulled. */
export async function ready(): Promise<void> {
  await phone.enrol('abc')
  await phone.sync()
}

/** A visit filled and finished; its id. */
export async function filled(wage: unknown = 3600): Promise<string> {
  const draft = await phone.openVisit('hh')
  draft.values.wage = wage as number
  await phone.finish(draft, null)
  return draft.rec
}

export const pushed = () =>
  desk.heard.filter(({ path }) => path.endsWith('/push')).map(({ body }) => body)
