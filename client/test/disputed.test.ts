/** Two people differed: the phone says that it waits, then that it is settled, and what stands. */
import { describe, expect, it } from 'vitest'
import { rowId } from '../src/core/ids'
import { receipts, record, REGISTER } from './desk'
import { desk, filled, phone, ready } from './held'

const BY = { state: 'settled', choice: 'waiting', by: '赵华', at: '2026-11-24T05:00:00.000Z', reason: '打过电话' }
const settled = { by: BY.by, at: BY.at, reason: BY.reason }
const hh = { id: 'hh', v: 2, result: 'conflict' }

/** A visit whose push was answered so; then the office's word at the next pull. */
async function visited(result: object): Promise<string> {
  await ready()
  const rec = await filled()
  desk.on('/push', (body) => ({ json: receipts(body, { result: 'conflict', v: 1, ...result }) }))
  await phone.sync()
  return rec
}
async function hears(rec: string, conflicts: object[], records: object[] = []): Promise<void> {
  const status = record('s', 'status', { submission: rec, state: 'received', v: 1, conflicts }, { seq: 9 })
  desk.pages = [[...records, status]]
  await phone.sync()
}
const conflicts = async (rec: string) => (await phone.status(rec)).conflicts

describe('a conflict', () => {
  it('is known at once by the answer to the push, at its question', async () => {
    const entities = [hh, { id: 'm1', v: 1, result: 'applied' }]
    const rec = await visited({ paths: ['water_source'], entities })
    expect(await conflicts(rec)).toEqual([
      { path: 'water', property: 'water_source', of: 'hh', settled: null },
    ])
  })

  it('is settled once the status says so, with the value that stands in the register', async () => {
    const rec = await visited({ paths: ['water_source'], entities: [hh] })
    const moved = { ...REGISTER[2], v: 3, seq: 8, doc: { set: { water_source: 'well' }, rows: {} } }
    await hears(rec, [{ path: 'water_source', of: 'hh', ...BY }], [moved])
    expect(await conflicts(rec)).toEqual([
      { path: 'water', property: 'water_source', of: 'hh', settled: { ...settled, value: 'well' } },
    ])
  })

  it('waits on until then, also when the visit was approved, and after another settled one', async () => {
    const rec = await visited({ paths: ['water_source', 'wage'], entities: [hh] })
    const status = { submission: rec, state: 'approved', v: 1 }
    const lines = [{ path: 'wage', of: 'hh', ...BY }, { path: 'water_source', of: 'hh', state: 'open' }]
    desk.pages = [[record('s', 'status', { ...status, conflicts: lines }, { seq: 9 })]]
    await phone.sync()
    expect((await phone.status(rec)).state).toBe('approved')
    expect((await conflicts(rec)).map((each) => [each.path, each.settled?.value])).toEqual([
      ['water', undefined], ['wage', 36000],
    ])
  })

  it('of the visit itself shows the visit as it stands now', async () => {
    const rec = await visited({ paths: ['wage'] })
    const pulled = record(rec, 'submission', { set: { wage: 42000 }, rows: {} }, { v: 2, seq: 8 })
    await hears(rec, [{ path: 'wage', ...BY }], [pulled])
    expect((await conflicts(rec))[0]).toMatchObject({ path: 'wage', of: null, settled: { value: 42000 } })
  })

  it('of a member stands in their row, and tells of a person who was taken off', async () => {
    const rec = await visited({ paths: ['full_name'], entities: [{ id: 'm1', v: 2, result: 'conflict' }] })
    expect((await conflicts(rec)).map((each) => each.path)).toEqual([`people[${rowId('m1')}]/name`])
    const gone = { ...record('m1', 'member', {}), deleted: true, seq: 8 }
    await hears(rec, [{ path: 'full_name', of: 'm1', ...BY }, { path: '', of: 'm1', ...BY }], [gone])
    expect((await conflicts(rec)).map((each) => [each.path, each.settled])).toEqual([
      [`people[${rowId('m1')}]/name`, settled],
      [`people[${rowId('m1')}]`, { ...settled, kept: false }],
    ])
  })

  it('about a whole row says whether the row stays', async () => {
    const row = `people[${rowId('m2')}]`
    const rec = await visited({ paths: [row] })
    const rows = { people: { [rowId('m2')]: { name: '王秀' } } }
    const pulled = record(rec, 'submission', { set: {}, rows }, { v: 2, seq: 8 })
    await hears(rec, [{ path: row, ...BY }], [pulled])
    expect(await conflicts(rec)).toMatchObject([{ path: row, settled: { kept: true } }])
  })

  it('tells no value of a household that is not here any more', async () => {
    const rec = await visited({ paths: ['water_source'], entities: [hh] })
    const page = { epoch: 'epoch-1', server_time: '', proto: 1, cursor: 'c', more: false, total: null }
    await hears(rec, [{ path: 'water_source', of: 'hh', ...BY }])
    desk.on('/pull', () => ({ json: { ...page, drop: ['hh'], records: [] } }))
    await phone.sync()
    const status = record('s', 'status', { submission: rec, conflicts: [{ path: 'water_source', of: 'hh', ...BY }] }, { unit: 'rest' })
    desk.on('/pull', () => ({ json: { ...page, drop: [], records: [status] } }))
    await phone.sync()
    expect(await conflicts(rec)).toMatchObject([{ path: 'water', settled }])
    expect((await conflicts(rec))[0]!.settled).not.toHaveProperty('value')
  })
})
