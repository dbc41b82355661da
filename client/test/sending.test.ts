/** What goes out, what is believed of the answers, and what stops what. */
import { describe, expect, it, vi } from 'vitest'
import { problem, receipts, record } from './desk'
import { desk, filled, phone, pushed, ready, restart } from './held'

describe('sending', () => {
  it('gives up an answer that stops half-way', async () => {
    await ready()
    const whole = desk.fetch
    desk.fetch = async (input, init) => {
      if (!String(input).includes('/pull')) return whole(input, init)
      const stalled = new ReadableStream({
        start: (body) => init?.signal?.addEventListener('abort', () => body.error(init.signal!.reason)),
      })
      return new Response(stalled, { headers: { 'Content-Type': 'application/json' } })
    }
    await restart()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const round = phone.sync()
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
    await vi.advanceTimersByTimeAsync(61_000)
    vi.useRealTimers()
    expect((await round).trouble.map((t) => [t.queue, t.code])).toEqual([['pull', 'offline']])
  })

  it('does not speak for nobody', async () => {
    expect((await phone.sync()).trouble).toEqual([])
    expect(desk.heard).toEqual([])
    expect(phone.state().shutOut).toBe(false)
  })

  it('sets an unreadable op aside so that the rest goes on', async () => {
    await ready()
    const [bad, good] = [await filled(1), await filled(2)]
    let first = true
    desk.on('/push', (body) => {
      if (!first) return { json: receipts(body) }
      first = false
      return problem(422, 'invalid_request', { 'ops[0].at': 'Not a moment.' })
    })
    expect((await phone.sync()).trouble).toEqual([])
    expect((await phone.status(bad)).state).toBe('refused')
    expect((await phone.status(good)).state).toBe('received')
  })

  it('believes only receipts that the answer lists', async () => {
    await ready()
    const [one, two] = [await filled(1), await filled(2)]
    desk.on('/push', (body) => ({ json: receipts({ ops: body.ops.slice(0, 1) }) }))
    let rounds = 0
    desk.on('/push', () => (rounds++ ? problem(503, 'store_unavailable') : null))
    await phone.sync()
    expect((await phone.status(one)).state).toBe('received')
    expect((await phone.status(two)).state).toBe('waiting')
  })

  it('sends fewer at once when the push was too large', async () => {
    await ready()
    for (let i = 1; i <= 4; i++) await filled(i)
    desk.on('/push', (body) => (body.ops.length > 2 ? problem(413, 'push_too_large') : null))
    await phone.sync()
    expect(pushed().map((body) => body.ops.length)).toEqual([4, 2, 2])
    expect(phone.state().ops).toBe(0)
  })

  it('sends again under a new epoch, by the same ids', async () => {
    await ready()
    const rec = await filled()
    await phone.sync()
    const [sent] = pushed()
    desk.on('/push', (body) => ({ json: { ...receipts(body), epoch: 'epoch-2' } }))
    await filled(7)
    await phone.sync()
    const again = pushed().flatMap((body) => body.ops).filter((op) => op.rec === rec)
    expect(again.map((op) => op.op)).toEqual([sent.ops[0].op, sent.ops[0].op])
    expect((await phone.status(rec)).state).toBe('received')
  })

  it('stops every queue when shut out, and only then', async () => {
    await ready()
    await filled()
    desk.on('/pull', () => problem(426, 'protocol_too_old'))
    expect((await phone.sync()).trouble.map((t) => [t.queue, t.code])).toEqual([['pull', 'too_old']])
    expect(phone.state().ops).toBe(0) // an old phone can always hand in its work
    const before = phone.state().lastGood
    await filled(2)
    desk.on('/pull', () => problem(401, 'device_revoked'))
    expect((await phone.sync()).trouble.map((t) => t.queue)).toEqual(['pull'])
    expect(phone.state()).toMatchObject({ ops: 1, shutOut: true, lastGood: before })
  })

  it('begins anew at a cursor that is gone, and keeps drafts', async () => {
    await ready()
    const draft = await phone.openVisit('hh')
    let gone = true
    desk.pages = [[record('hh', 'household', { set: { head_name: '新' }, rows: {} }, { seq: 1 })]]
    desk.on('/pull', () => (gone ? ((gone = false), problem(410, 'cursor_gone', { reset: 'all' })) : null))
    await phone.sync()
    expect((await phone.households()).map((row) => row.head)).toEqual(['新'])
    expect((await phone.household('hh')).members).toEqual([])
    expect(await phone.draft(draft.rec)).not.toBeNull()
  })

  it('says what it is, and sends large bodies small', async () => {
    await ready()
    const draft = await phone.openVisit('hh')
    draft.values.water = '水'.repeat(2000)
    await phone.finish(draft, null)
    await phone.sync()
    const { headers } = desk.heard.find(({ path }) => path.endsWith('/push'))!
    expect(headers.get('content-encoding')).toBe('gzip')
    expect(headers.get('authorization')).toBe('Bearer t-u1')
    expect(headers.get('ruhu-proto')).toBe('1')
    expect(headers.get('ruhu-app')).toMatch(/^ruhu-app\//)
  })

  it('runs once for all who ask while it runs, and once more for them', async () => {
    await ready()
    desk.heard.length = 0
    await Promise.all([phone.sync(), phone.sync(), phone.sync()])
    expect(desk.heard.filter(({ path }) => path.endsWith('/pull'))).toHaveLength(2)
  })
})
