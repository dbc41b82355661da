/** What a unit comes to: the same figure as the server's, however the phone came by its records. */
import { createHash } from 'node:crypto'
import { openDB } from 'idb'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { figure, NOTHING, withRecord, without } from '../src/core/digest'
import { Mirror } from '../src/db/mirror'
import { acknowledge, addOp } from '../src/db/outbox'
import type { Stores } from '../src/db/schema'
import { Store } from '../src/db/store'

const HOUSEHOLD = '5b0c1c1e-6a0f-5d3a-9a51-0f6e2d7b8c10'
const MEMBER = '8d2f4f60-2b1d-5c7e-9c3a-6a1b2c3d4e5f'
const ALL: Stores[] = ['kv', 'ops']
let store: Store
let mirror: Mirror
let count = 0

beforeEach(async () => {
  store = await Store.open(`digest-${count++}`)
  mirror = new Mirror(store)
})
afterEach(() => store.close())

const record = (id: string, unit: string, v = 1, more: object = {}) =>
  ({ id, type: 'member', unit, area: '', v, seq: v, doc: {}, ...more }) as any
const page = (records: any[], drop: string[] = []) => ({ records, drop, cursor: 'c' })

/** From the records themselves, in whole numbers of any size. */
async function reckoned(unit: string): Promise<[number, string]> {
  const records = (await store.db.getAll('records')).filter((each) => each.unit === unit)
  const sum = records.reduce((told, { id, v }) => {
    const hash = createHash('sha256').update(`${id}|${v}`).digest('hex')
    return (told + BigInt(`0x${hash.slice(0, 16)}`)) % 2n ** 64n
  }, 0n)
  return [records.length, sum.toString(16).padStart(16, '0')]
}
const kept = async (unit: string) => figure((await store.db.get('sums', unit)) ?? NOTHING)

it('comes to the figure that the protocol tells', () => {
  const both = withRecord(withRecord(NOTHING, HOUSEHOLD, 1), MEMBER, 1)
  expect(figure(both)).toEqual([2, 'b15d260665a1edb3'])
  expect(without(without(both, MEMBER, 1), HOUSEHOLD, 1)).toEqual(NOTHING)
})

it('carries and borrows over both halves, whatever comes and goes', () => {
  let sum = NOTHING
  const ids = Array.from({ length: 300 }, (_, n) => `record-${n}`)
  for (const id of ids) sum = withRecord(sum, id, 7)
  for (const id of ids.slice(0, 299).reverse()) sum = without(sum, id, 7)
  expect(sum).toEqual(withRecord(NOTHING, 'record-299', 7))
})

it('is kept with each page: new, newer, older, deleted, moved', async () => {
  await mirror.apply(page([record('a', 'u'), record('b', 'u'), record('c', 'w')]))
  await mirror.apply(page([record('a', 'u', 5), record('c', 'u', 2), record('b', 'u', 2, { deleted: true })]))
  await mirror.apply(page([record('a', 'u', 4), record('x', 'u', 9, { deleted: true })]))
  for (const unit of ['u', 'w']) expect(await kept(unit)).toEqual(await reckoned(unit))
  expect((await kept('u'))[0]).toBe(2)
  expect(await store.db.getAllKeys('sums')).toEqual(['u'])
})

it('is kept through mending, leaving and forgetting everything', async () => {
  await mirror.apply(page([record('a', 'u', 3), record('b', 'u'), record('c', 'w')]))
  await mirror.mend({ records: [record('a', 'u', 2)], forget: ['b', 'nobody'], drop: [] })
  expect(await kept('u')).toEqual(await reckoned('u'))
  expect((await mirror.record('a'))?.v).toBe(2) // as it is, though older than what was held
  await store.together(ALL, (tx) => addOp(tx, { op: 'op', rec: 'rec' }, 'w'))
  await mirror.apply(page([], ['u', 'w']))
  expect(await store.db.getAllKeys('sums')).toEqual(['w'])
  expect(await mirror.figures()).toEqual({}) // on its way out: as good as gone
  await store.together(ALL, (tx) => acknowledge(tx, { op: 'op', result: 'applied' }, 'e', 1, 0))
  await mirror.apply(page([]))
  expect(await store.db.getAllKeys('sums')).toEqual([])
  await mirror.apply(page([record('d', 'u')]))
  await mirror.reset()
  expect(await store.db.getAllKeys('sums')).toEqual([])
})

it('notes what differs with the page that showed it, and no longer once it agrees', async () => {
  const records = [record('a', 'u'), record('b', 'w')]
  const [u, w] = [figure(withRecord(NOTHING, 'a', 1)), figure(withRecord(NOTHING, 'b', 1))]
  await mirror.apply({ ...page(records), digests: { u: [2, u[1]], w, x: [0, '0'.repeat(16)] } })
  expect(await mirror.odd()).toEqual(['u'])
  expect(await store.get('mismatches')).toBe(1)
  await mirror.apply({ ...page([]), digests: { u } })
  expect(await mirror.odd()).toEqual([])
})

it('is counted anew where it went astray', async () => {
  await mirror.apply(page([record('a', 'u')]))
  await store.together(['records', 'sums'], async (tx) => {
    await tx.objectStore('records').delete('a')
    await tx.objectStore('records').put(record('b', 'w'))
  })
  const told = await mirror.figures()
  expect(told).toEqual({ w: await reckoned('w') })
  expect(await store.db.getAllKeys('sums')).toEqual(['w'])
})

it('is there for what an older version of the app had pulled', async () => {
  const name = `older-${count}`
  const older = await openDB(name, 1, {
    upgrade: (db) => {
      db.createObjectStore('kv')
      db.createObjectStore('records', { keyPath: 'id' }).createIndex('unit', 'unit')
    },
  })
  for (const each of [record('a', 'u'), record('b', 'u', 4)]) await older.put('records', each)
  older.close()
  store.close()
  store = await Store.open(name)
  expect(await kept('u')).toEqual(await reckoned('u'))
  expect((await kept('u'))[0]).toBe(2)
})
