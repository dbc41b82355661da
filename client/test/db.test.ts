/** What the phone keeps, in a real database's contract. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hear, HEARING } from '../src/db/epoch'
import { attach, Files, forgetFiles, passPosition } from '../src/db/files'
import { Mirror } from '../src/db/mirror'
import { acknowledge, addOp, forgetOps, lastReceipt, Outbox } from '../src/db/outbox'
import type { Stores } from '../src/db/schema'
import { Store } from '../src/db/store'

const ALL: Stores[] = ['kv', 'records', 'departing', 'ops', 'files', 'attached', 'bytes', 'drafts']
const DAY = 86_400_000
let store: Store
let count = 0

beforeEach(async () => {
  store = await Store.open(`db-${count++}`)
})
afterEach(() => {
  vi.restoreAllMocks()
  store.close()
})

const record = (id: string, more: Record<string, unknown> = {}) => ({
  id, type: 'household', unit: id, area: '', v: 1, seq: 1, doc: {}, ...more,
}) as any
const op = (id: string, rec: string, unit = 'u') =>
  store.together(ALL, (tx) => addOp(tx, { op: id, rec }, unit))
const answered = (id: string, position: number, epoch = 'e1', at = 0) =>
  store.together(ALL, (tx) => acknowledge(tx, { op: id, result: 'applied', v: 1 }, epoch, position, at))
const page = (records: any[], drop: string[] = [], cursor = 'c') => ({ records, drop, cursor })

describe('the mirror', () => {
  it('takes a page and its cursor together, and never an older record for a newer', async () => {
    const mirror = new Mirror(store)
    await mirror.apply(page([record('a', { seq: 5, v: 2 }), record('b')]))
    await mirror.apply(page([record('a', { seq: 4, v: 1 }), record('b', { deleted: true })], [], 'd'))
    expect((await mirror.record('a'))?.v).toBe(2)
    expect(await mirror.record('b')).toBeNull()
    expect(await store.get('cursor')).toBe('d')
  })

  it('finds the status of a visit and the summary of a household', async () => {
    const mirror = new Mirror(store)
    await mirror.apply(page([
      record('s', { type: 'status', doc: { submission: 'rec', state: 'returned' } }),
      record('t', { type: 'summary', doc: { household: 'h' } }),
    ]))
    expect((await mirror.about('status', 'rec'))?.doc.state).toBe('returned')
    expect((await mirror.about('summary', 'h'))?.id).toBe('t')
    expect(await mirror.about('status', 'h')).toBeNull()
  })

  it('lets a departed household go only when its own edits are acknowledged', async () => {
    const mirror = new Mirror(store)
    await mirror.apply(page([record('gone'), record('m', { type: 'member', unit: 'gone' })]))
    await op('op1', 'rec', 'gone')
    await mirror.apply(page([], ['gone']))
    expect(await mirror.record('gone')).not.toBeNull()
    await answered('op1', 7)
    await mirror.apply(page([]))
    expect([await mirror.record('gone'), await mirror.record('m')]).toEqual([null, null])
  })

  it('keeps a household that came back before it had gone', async () => {
    const mirror = new Mirror(store)
    await op('op1', 'rec', 'gone')
    await mirror.apply(page([record('gone')], ['gone']))
    await answered('op1', 7)
    await mirror.apply(page([]))
    expect(await mirror.record('gone')).not.toBeNull()
  })

  it('forgets all that was pulled, and nothing of this phone’s own', async () => {
    const mirror = new Mirror(store)
    await mirror.apply(page([record('a')]))
    await op('op1', 'rec')
    await mirror.reset()
    expect(await mirror.record('a')).toBeNull()
    expect(await store.get('cursor')).toBeNull()
    expect(await new Outbox(store).pending()).toHaveLength(1)
  })
})

describe('the outbox', () => {
  it('numbers edits for ever and names each one’s predecessor, also after forgetting', async () => {
    await op('op1', 'rec')
    await op('op2', 'other')
    await op('op3', 'rec')
    await answered('op1', 1)
    await answered('op2', 2)
    await answered('op3', 3)
    await store.together(ALL, (tx) => forgetOps(tx, 'e1', 3, 0))
    await op('op4', 'rec')
    const [last] = await new Outbox(store).of('rec')
    expect(last!.body).toEqual({ op: 'op4', rec: 'rec', n: 4, after: 'op3' })
  })

  it('sends at most so many, so large, and at least one, oldest first', async () => {
    const outbox = new Outbox(store)
    for (const id of ['a', 'b', 'c']) await op(id, id)
    expect((await outbox.batch(2, 1e6)).map((each) => each.op)).toEqual(['a', 'b'])
    expect((await outbox.batch(9, 1)).map((each) => each.op)).toEqual(['a'])
  })

  it('keeps receipts until a backup has passed them or 90 days', async () => {
    for (const id of ['a', 'b', 'c']) await op(id, id)
    await answered('a', 5, 'e1', 100 * DAY)
    await answered('b', 9, 'e1', 100 * DAY)
    await store.together(ALL, (tx) => forgetOps(tx, 'e1', 5, 101 * DAY))
    expect(await store.db.getAllKeys('ops')).toEqual(['b', 'c'])
    await store.together(ALL, (tx) => forgetOps(tx, 'other', 99, 101 * DAY))
    expect(await store.db.getAllKeys('ops')).toEqual(['b', 'c'])
    await store.together(ALL, (tx) => forgetOps(tx, 'other', 0, 191 * DAY))
    expect(await store.db.getAllKeys('ops')).toEqual(['c']) // never what has no receipt
  })

  it('sends again under another epoch what was receipted under the first, and the refused not', async () => {
    const outbox = new Outbox(store)
    for (const id of ['a', 'b']) await op(id, id)
    await answered('a', 5)
    await outbox.setAside('b', 'ops[0].rec: no id')
    expect(lastReceipt(await outbox.of('b'))?.result).toMatchObject({ result: 'refused' })
    await store.together(HEARING, (tx) => hear(tx, 'e1'))
    expect(await outbox.pending()).toEqual([])
    await store.together(HEARING, (tx) => hear(tx, 'e2'))
    expect((await outbox.pending()).map((each) => each.op)).toEqual(['a'])
  })
})

describe('files', () => {
  const sha = 'f'.repeat(64)
  const facts = { sha256: sha, mime: 'image/jpeg', name: 'x.jpg', size: 3 }

  it('wait once their visit is finished, and their bytes come back as they were', async () => {
    const files = new Files(store)
    await files.add(facts, new Uint8Array([1, 2, 3]).buffer)
    expect(await files.waiting()).toEqual([])
    await store.together(ALL, (tx) => attach(tx, 'rec', [sha]))
    expect((await files.waiting()).map((file) => file.sha256)).toEqual([sha])
    expect([...new Uint8Array((await files.bytes(sha))!)]).toEqual([1, 2, 3])
    await store.together(ALL, (tx) => attach(tx, 'rec', []))
    expect(await files.waiting()).toEqual([])
  })

  it('are let go once a backup made after them is known, and asked again under another epoch', async () => {
    const files = new Files(store)
    await files.add(facts, new Uint8Array([1, 2, 3]).buffer)
    await store.together(ALL, (tx) => attach(tx, 'rec', [sha]))
    await files.update(sha, { state: 'stored', epoch: 'e1', stored: 0 })
    await store.together(ALL, (tx) => forgetFiles(tx, 'e1', 99, 1))
    expect((await files.get(sha))?.state).toBe('stored') // no position told since
    await store.together(ALL, (tx) => passPosition(tx, 'e1', 12))
    await store.together(HEARING, (tx) => hear(tx, 'e2'))
    expect((await files.get(sha))?.state).toBe('waiting')
    await files.update(sha, { state: 'stored', epoch: 'e2', position: 12 })
    await store.together(ALL, (tx) => forgetFiles(tx, 'e2', 12, 1))
    expect((await files.get(sha))?.state).toBe('safe')
    expect(await files.bytes(sha)).toBeNull()
  })
})

describe('a full phone', () => {
  it('is named, and what was there stays', async () => {
    await store.put('kept', 'before')
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    await expect(store.put('kept', 'after')).rejects.toMatchObject({ code: 'storage_full' })
    vi.restoreAllMocks()
    expect(await store.get('kept')).toBe('before')
  })

  it('keeps none of what belongs together when the last of it does not fit', async () => {
    const work = store.together(['kv'], async (tx) => {
      await tx.objectStore('kv').put(1, 'first')
      throw new DOMException('no room', 'QuotaExceededError')
    })
    await expect(work).rejects.toMatchObject({ code: 'storage_full' })
    expect(await store.get('first')).toBeNull()
  })
})
