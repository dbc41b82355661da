/** The phone as a person meets it: bad codes, bad networks, full storage, several people. */
import { describe, expect, it, vi } from 'vitest'
import { rowId } from '../src/core/ids'
import { FORM, problem, record } from './desk'
import { desk, filled, NOW, phone, pushed, ready, restart, setClock } from './held'

describe('enrolling', () => {
  it.each([
    ['enrol_code_unknown', 404, 'code_unknown'], ['enrol_code_expired', 410, 'code_expired'],
    ['enrol_code_used', 409, 'code_used'], ['too_many_attempts', 429, 'too_many'],
    ['user_disabled', 401, 'shut_out'], ['store_unavailable', 503, 'server'],
    ['demo_on_lan', 403, 'demo_on_lan'], ['invalid_request', 422, 'refused'],
  ])('%s is told by its name', async (code, status, expected) => {
    desk.on('/enrol', () => problem(status, code))
    await expect(phone.enrol('x')).rejects.toMatchObject({ code: expected })
    expect(phone.identity()).toBeNull()
  })

  it('tells a login page from the server', async () => {
    desk.on('/enrol', () => ({ text: '<html>Wi-Fi</html>' }))
    await expect(phone.enrol('x')).rejects.toMatchObject({ code: 'portal' })
    desk.on('/enrol', () => ({ status: 401, text: '<html>Wi-Fi</html>' }))
    await expect(phone.enrol('x')).rejects.toMatchObject({ code: 'portal' })
    desk.on('/enrol', () => ({ json: { welcome: true } }))
    await expect(phone.enrol('x')).rejects.toMatchObject({ code: 'portal' })
    desk.on('/enrol', () => ({ status: 302, headers: { Location: 'http://login' } }))
    await expect(phone.enrol('x')).rejects.toMatchObject({ code: 'portal' })
  })

  it('names a clock that is a year off, where the network seems at fault', async () => {
    setClock(Date.UTC(2025, 10, 24))
    desk.fetch = async () => { throw new TypeError('certificate') }
    await restart()
    await expect(phone.enrol('x')).rejects.toMatchObject({ code: 'clock' })
    setClock(NOW)
    await expect(phone.enrol('x')).rejects.toMatchObject({ code: 'offline' })
  })

  it('keeps what is unsent when the same person enrols again, and sends it as theirs', async () => {
    await ready()
    desk.on('/push', () => problem(401, 'device_revoked'))
    const rec = await filled()
    await phone.sync()
    expect(phone.state()).toMatchObject({ shutOut: true, ops: 1 })
    desk.rules.length = 0
    await phone.enrol('again')
    expect(phone.state().shutOut).toBe(false)
    await phone.sync()
    expect((await phone.status(rec)).state).toBe('received')
  })

  it('keeps two people of one phone apart, and each one’s work', async () => {
    await ready()
    const rec = await filled()
    desk.user = { id: 'u2', name: '李敏', lang: 'zh' }
    await phone.enrol('hers')
    desk.pages = []
    await phone.sync()
    expect(pushed()).toEqual([])
    expect(await phone.visits()).toEqual([])
    desk.user = { id: 'u1', name: '王秀', lang: 'zh' }
    await phone.enrol('his')
    expect((await phone.status(rec)).state).toBe('waiting')
    await phone.sync()
    expect(pushed()[0].ops[0].rec).toBe(rec)
  })

  it('gives a round that runs while somebody else enrols to nobody but its own person', async () => {
    await ready()
    const rec = await filled()
    let go = () => {}
    const gate = new Promise<void>((open) => (go = open))
    const road = desk.fetch
    let held = false
    desk.fetch = async (input, init) => {
      if (String(input).includes('/pull') && !held) { held = true; await gate }
      return road(input, init)
    }
    await restart()
    const round = phone.sync()
    desk.user = { id: 'u2', name: '李敏', lang: 'zh' }
    desk.device = 'd2'
    await phone.enrol('hers')
    go()
    await round
    expect(pushed().map((body) => [body.device, body.ops[0].rec])).toEqual([['dev', rec]])
    expect(await phone.visits()).toEqual([])
  })
})

describe('a visit', () => {
  it('opens filled from the register as data, rows named by their person', async () => {
    await ready()
    expect(phone.syncHours()).toEqual(['12:30', '18:30'])
    const draft = await phone.openVisit('hh')
    const [one, two] = [rowId('m1'), rowId('m2')]
    expect(draft.values).toEqual({
      household: 'hh', name: '陈福', wage: 36000, [`people[${one}]/person`]: 'm1',
      [`people[${one}]/name`]: '陈福', [`people[${two}]/person`]: 'm2', [`people[${two}]/name`]: '王秀',
    })
    expect(draft.seen).toEqual({ hh: 1, m1: 1, m2: 1 })
    expect(draft.rows).toEqual({ people: [one, two] })
    const [row] = await phone.households()
    expect(row).toMatchObject({ head: '陈福', code: 'DP-017', initials: ['cf'], visit: { rec: draft.rec } })
  })

  it('is not changed by a later pull, which is told beside it', async () => {
    await ready()
    const draft = await phone.openVisit('hh')
    draft.values.water = 'tap'
    await phone.saveDraft(draft)
    const moved = { set: { head_name: '陈福', wage: 500, water_source: 'tap' }, rows: {} }
    desk.pages = [[record('hh', 'household', moved, { v: 2, seq: 5 })]]
    await phone.sync()
    expect((await phone.draft(draft.rec))?.values).toEqual(draft.values)
    expect((await phone.draft(draft.rec))?.seen.hh).toBe(1)
    expect(await phone.changedSince(draft)).toEqual({ wage: { base: 36000, theirs: 500 } })
  })

  it('sends nothing hidden or blank, and brings the hidden back', async () => {
    await ready()
    const draft = await phone.openVisit('hh')
    Object.assign(draft.values, { water: 'tap', name: '', wage: null })
    draft.hidden = ['water', `people[${rowId('m2')}]`]
    await phone.finish(draft, { lat: 1, lon: 2 })
    await phone.sync()
    const [op] = pushed()[0].ops
    expect(op.set).toEqual({ household: 'hh' })
    expect(Object.keys(op.rows.people)).toEqual([rowId('m1')])
    expect(op).toMatchObject({ n: 1, base: { epoch: 'epoch-1', v: 0 }, fix: { lat: 1, lon: 2 }, type: 'submission' })
    expect((await phone.draft(draft.rec))?.values.water).toBe('tap')
  })

  it('says again, path by path, what stands in a topic that was closed, and nothing else', async () => {
    const questions = [...FORM.questions, { path: 'all_same', type: 'select_one' }]
    const closed = questions.map((one) => (
      /^(water|people.name)$/.test(one.path) ? { ...one, closed_by: 'all_same' } : one
    ))
    desk.on('.json', () => ({ json: { ...FORM, questions: closed } }))
    await ready()
    const draft = await phone.openVisit('hh')
    draft.values.water = 'tap'
    await phone.finish(draft, null)
    const sure = await phone.openVisit('hh')
    Object.assign(sure.values, { all_same: 'yes' })
    await phone.finish(sure, null)
    await phone.sync()
    const [one, other] = pushed()[0].ops
    expect(one.confirmed).toBeUndefined()
    const names = [rowId('m1'), rowId('m2')].map((row) => `people[${row}]/name`)
    expect(other.confirmed.sort()).toEqual(names.sort())
  })

  it('edited again before it was sent goes out as two ops in their order', async () => {
    await ready()
    const rec = await filled()
    const again = await phone.reopen(rec)
    expect(again).toMatchObject({ base: null, open: true })
    again.values.wage = 3700
    await phone.finish(again, null)
    await phone.sync()
    const [first, second] = pushed()[0].ops
    expect(second).toMatchObject({ n: 2, after: first.op, set: { wage: 3700 }, rows: {}, del: [] })
  })

  it('closed without a change sends nothing', async () => {
    await ready()
    const rec = await filled()
    await phone.sync()
    const again = await phone.reopen(rec)
    expect(await phone.finish(again, null)).toBeNull()
    expect((await phone.status(rec)).state).toBe('received')
  })

  it('thrown away is gone with its photos; an edit thrown away goes back to what was sent', async () => {
    await ready()
    const draft = await phone.openVisit('hh')
    const bytes = new Uint8Array([1, 2, 3]).buffer
    const facts = await phone.addFile(draft, 'photo', { bytes, mime: 'image/jpeg', taken_at: '', gps: null, role: '' })
    expect((await phone.file(facts.sha256))?.bytes.byteLength).toBe(3)
    await phone.discard(draft.rec)
    expect(await phone.file(facts.sha256)).toBeNull()
    expect(await phone.visits()).toEqual([])
    const rec = await filled(3600)
    const edit = await phone.reopen(rec)
    edit.values.wage = 1
    await phone.saveDraft(edit)
    await phone.discard(rec)
    expect(await phone.draft(rec)).toMatchObject({ open: false, values: { wage: 3600 } })
  })

  it('finished twice is finished once, and a late save brings nothing back', async () => {
    await ready()
    const draft = await phone.openVisit('hh')
    const late = structuredClone(draft)
    const [one, two] = await Promise.all([phone.finish(draft, null), phone.finish({ ...draft }, null)])
    expect([one, two].filter(Boolean)).toHaveLength(1)
    await phone.saveDraft(late)
    expect((await phone.status(draft.rec)).state).toBe('waiting')
    const thrown = await phone.openVisit('hh')
    await phone.discard(thrown.rec)
    await phone.saveDraft(thrown)
    expect(await phone.draft(thrown.rec)).toBeNull()
  })

  it('keeps what it began from, whatever a screen saves', async () => {
    await ready()
    const draft = await phone.openVisit('hh')
    await phone.saveDraft({ ...draft, seen: { hh: 99 }, base: { epoch: 'x', v: 9 }, original: { a: 1 } })
    expect(await phone.draft(draft.rec)).toMatchObject({ seen: { hh: 1, m1: 1, m2: 1 }, base: null, original: {} })
  })

  it('to a household that is on no list is a unit of its own', async () => {
    await ready()
    const draft = await phone.openUnlisted()
    expect(draft.values.household).toBe(draft.unit)
    expect(draft.seen).toEqual({})
  })

  it('stays open and whole when the phone is full', async () => {
    await ready()
    const draft = await phone.openVisit('hh')
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    await expect(phone.finish(draft, null)).rejects.toMatchObject({ code: 'storage_full' })
    vi.restoreAllMocks()
    expect(draft.open).toBe(true)
    expect((await phone.status(draft.rec)).state).toBe('draft')
    expect(await phone.finish(draft, null)).not.toBeNull()
  })
})

describe('forms', () => {
  const told = (doc: object) =>
    record('f', 'form', {
      form: 'household_visit', version: '2026.1', sha256: '', definition_url: '/api/v1/forms/f.json',
      xform_url: '/api/v1/forms/f.xml', subject: 'household', visit: true, ...doc,
    }, { unit: 'common' })
  const list = (version: number) => ({
    name: 'villages.csv', version, mime: 'text/csv', url: `/api/v1/forms/files/villages.csv/${version}`,
  })
  const fetched = () => desk.heard.filter(({ path }) => path.includes('/files/')).map(({ path }) => path)

  it('begins no new visit with a retired form, and finishes one that was begun', async () => {
    await ready()
    const draft = await phone.openVisit('hh')
    desk.pages = [[told({ retired: true })]]
    await phone.sync()
    await expect(phone.openUnlisted()).rejects.toMatchObject({ detail: 'form_retired' })
    draft.values.wage = 5
    await phone.finish(draft, null)
    await phone.sync()
    expect(pushed()).toHaveLength(1)
  })

  it('fetches a list of each version once, without its form anew', async () => {
    desk.on('/files/', (_, path) => ({ text: `name,label\n${path.slice(-1)},A\n` }))
    await ready()
    const asked = () => desk.heard.filter(({ path }) => path.endsWith('.xml')).length
    desk.pages = [[told({ files: [list(1)] })]]
    await phone.sync()
    await phone.sync()
    desk.pages = [[told({ files: [list(2)] })]]
    await phone.sync()
    expect(fetched()).toEqual([1, 2].map((n) => `/api/v1/forms/files/villages.csv/${n}`))
    expect(asked()).toBe(1)
    const form = await phone.form('household_visit', '2026.1')
    expect(form?.files?.['villages.csv']).toMatchObject({ version: 2, text: 'name,label\n2,A\n' })
  })
})
