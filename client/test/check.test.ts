/** A copy that differs is mended; a phone that is stuck is known before its person complains. */
import { describe, expect, it } from 'vitest'
import { figure, NOTHING, withRecord } from '../src/core/digest'
import { mend, problem, record, REGISTER } from './desk'
import { desk, filled, NOW, phone, pushed, ready, restart, setClock } from './held'

const HOUR = 3_600_000
const asked = () => desk.heard.filter(({ path }) => path.endsWith('/reconcile')).map(({ body }) => body)
const states = () => desk.heard.filter(({ path }) => path.endsWith('/device/state')).map(({ body }) => body)
/** The next pull brings the household anew, and says what its unit must come to. */
function told(sum: [number, string]): void {
  const page = { epoch: 'epoch-1', server_time: '', proto: 1, cursor: 'c', more: false, total: null }
  let once = true
  desk.on('/pull', () => {
    if (!once) return null
    once = false
    const newer = { ...REGISTER[2], v: 2, seq: 2 }
    return { json: { ...page, drop: [], records: [newer], digests: { hh: sum } } }
  })
}
const whole = (...ids: [string, number][]) => figure(ids.reduce((sum, [id, v]) => withRecord(sum, id, v), NOTHING))
const LOST: [string, number][] = [['hh', 2], ['m1', 1], ['m2', 1], ['m3', 1]]

describe('a copy that differs', () => {
  it('asks for nothing while it comes to the server’s figure', async () => {
    await ready()
    desk.heard.length = 0
    told(whole(['hh', 2], ['m1', 1], ['m2', 1]))
    expect((await phone.sync()).trouble).toEqual([])
    expect(asked()).toEqual([])
  })

  it('tells what it has, and takes and forgets what it is told, page by page', async () => {
    await ready()
    desk.heard.length = 0
    told(whole(...LOST))
    const member = record('m3', 'member', { set: { full_name: '陈小' }, rows: {} })
    const answers = [mend({ forget: ['m1'], more: true }), mend({ records: [member] })]
    desk.on('/reconcile', () => ({ json: answers.shift() }))
    expect((await phone.sync()).trouble).toEqual([])
    expect(asked()).toEqual([
      { device: 'dev', cursor: 'c', held: { hh: { hh: 2, m1: 1, m2: 1 } } },
      { device: 'dev', cursor: 'c', held: { hh: { hh: 2, m2: 1 } } },
    ])
    const members = (await phone.household('hh')).members
    expect(members.map((each) => each.id).sort()).toEqual(['m2', 'm3'])
    await phone.sync()
    expect(asked()).toHaveLength(2)
  })

  it('is mended in the next round where the line broke, though nothing is new then', async () => {
    await ready()
    told(whole(...LOST))
    let broken = true
    desk.on('/reconcile', () => (broken ? problem(503, 'store_unavailable') : null))
    expect((await phone.sync()).trouble.map((t) => [t.queue, t.code])).toEqual([['pull', 'server']])
    broken = false
    await restart()
    desk.heard.length = 0
    expect((await phone.sync()).trouble).toEqual([])
    expect(asked()).toHaveLength(1)
  })

  it('loses a household that is nobody’s here any more, and no draft of it', async () => {
    await ready()
    const draft = await phone.openVisit('hh')
    told(whole(...LOST))
    desk.on('/reconcile', () => ({ json: mend({ drop: ['hh'] }) }))
    await phone.sync()
    expect(await phone.households()).toEqual([])
    expect(await phone.draft(draft.rec)).not.toBeNull()
  })

  it('is looked for in all that is here after a first pull and then once a week', async () => {
    await ready()
    expect(asked().map((body) => [Object.keys(body.digests).sort(), body.complete])).toEqual([
      [['common', 'hh'], true],
    ])
    await phone.sync()
    setClock(NOW + 6 * 24 * HOUR)
    await phone.sync()
    expect(asked()).toHaveLength(1)
    setClock(NOW + 7 * 24 * HOUR)
    desk.on('/reconcile', (body) => (body.digests ? { json: mend({ differ: ['hh'] }) } : null))
    await phone.sync()
    expect(asked().slice(1).map((body) => Object.keys(body.held ?? body.digests))).toEqual([
      ['common', 'hh'], ['hh'],
    ])
    setClock(NOW) // set back: that must not put it off
    await phone.sync()
    expect(asked()).toHaveLength(5)
  })
})

describe('how a phone fares', () => {
  it('goes with each push, as it will be once that is through', async () => {
    await ready()
    await filled(1)
    await phone.openVisit('hh')
    await phone.sync()
    const [{ device_state: state }] = pushed()
    expect(state).toMatchObject({
      ops: 0, photos: 0, drafts: 1, oldest_at: null, forms: { household_visit: '2026.1' },
    })
    expect(state.app).toMatch(/^ruhu-app\//)
  })

  it('names the oldest of what a push leaves behind', async () => {
    await ready()
    for (const wage of [1, 2, 3]) {
      setClock(NOW + wage * 1000)
      await filled(wage)
    }
    desk.on('/push', (body) => (body.ops.length > 2 ? problem(413, 'push_too_large') : null))
    await phone.sync()
    const [, part, rest] = pushed()
    expect(part.device_state.ops).toBe(3 - part.ops.length)
    expect(part.device_state.oldest_at).toBe(rest.ops[0].at)
    expect(rest.ops[0].at).not.toBe(part.ops[0].at)
  })

  it('is told without a push once an hour, also where the clock was set back', async () => {
    await ready()
    expect(states()).toHaveLength(1)
    setClock(NOW + HOUR - 1)
    await phone.sync()
    expect(states()).toHaveLength(1)
    setClock(NOW + HOUR)
    await phone.sync()
    expect(states()).toHaveLength(2)
    setClock(NOW - HOUR)
    await phone.sync()
    expect(states()).toHaveLength(3)
  })

  it('is told at once when what was told as waiting has gone through', async () => {
    await ready()
    const draft = await phone.openVisit('hh')
    const file = { bytes: new Uint8Array([1]).buffer, mime: 'image/jpeg', taken_at: '', gps: null, role: 'x' }
    draft.values.photo = await phone.addFile(draft, 'photo', file)
    await phone.finish(draft, null)
    let busy = true
    desk.on('/have', () => (busy ? problem(503, 'store_unavailable') : null))
    await phone.sync()
    expect(pushed()[0].device_state).toMatchObject({ ops: 0, photos: 1 })
    desk.heard.length = 0
    await phone.sync()
    expect(states()).toEqual([]) // it still waits, and nobody needs to hear it twice
    busy = false
    await phone.sync()
    expect(states()).toMatchObject([{ ops: 0, photos: 0 }])
    await phone.sync()
    expect(states()).toHaveLength(1)
  })

  it('is told anew where it did not arrive', async () => {
    await ready()
    setClock(NOW + HOUR)
    let lost = true
    desk.on('/device/state', () => (lost ? problem(503, 'store_unavailable') : null))
    expect((await phone.sync()).trouble.map((t) => t.queue)).toEqual(['state'])
    lost = false
    await phone.sync()
    expect(states()).toHaveLength(3)
  })

  it('brings word of backups and of a new history', async () => {
    await ready()
    const rec = await filled()
    await phone.sync()
    setClock(NOW + HOUR)
    desk.on('/device/state', () => ({ json: { epoch: 'epoch-2', server_time: '', position: 3, backed_up_through: 0 } }))
    await phone.sync()
    expect((await phone.status(rec)).state).toBe('waiting')
    desk.rules.length = 0
    await phone.sync()
    expect(pushed().map((body) => body.ops[0].rec)).toEqual([rec, rec])
    setClock(NOW + 3 * HOUR)
    desk.on('/device/state', () => ({ json: { epoch: 'epoch-1', server_time: '', position: 9, backed_up_through: 9 } }))
    await phone.sync()
    expect((await phone.visits()).map((visit) => visit.status.state)).toEqual(['received'])
  })
})
