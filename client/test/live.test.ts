/**
 * The phone against the real server: `tests/client/test_live.py` starts one and runs this.
 * RUHU_LIVE is JSON: {url, code, reviewer, household, photo}.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { iso } from '../src/core/clock'
import type { Draft, NewFile } from '../src/core/types'
import { Store } from '../src/db/store'
import { recount } from '../src/db/sums'
import { openPhone } from '../src/phone'
import { Road } from './road'

interface Live {
  url: string
  code: string
  reviewer: string
  household: string
  photo: string
}

const told = process.env.RUHU_LIVE
const live = (told ? JSON.parse(told) : {}) as Live

function photo(role: string, spice = 0): NewFile {
  const read = readFileSync(live.photo)
  const bytes = new Uint8Array(read.length + spice)
  bytes.set(read) // what follows a JPEG's end changes its name and nothing else
  const gps = { lat: 33.07, lon: 107.02 }
  return { bytes: bytes.buffer, mime: 'image/jpeg', taken_at: iso(Date.now()), gps, role }
}

function answer(draft: Draft): void {
  Object.assign(draft.values, {
    'door/outcome': 'met', 'door/arrived_at': iso(Date.now()),
    'door/place': { lat: 33.0712, lon: 107.0234, acc: 8 }, 'notice/notice_read': 'OK',
    'people/met_who': 'head', 'income/wage': 36000, 'income/total': 36000,
    'finish/problem': 'no', 'finish/problem_text': 'hidden words',
  })
  draft.hidden = ['finish/problem_text']
}

/** A record gone behind the phone's back; `seen` where its own figure says so. */
async function lose(store: Store, unit: string, id: string, seen: boolean): Promise<void> {
  await store.together(['records', 'sums'], async (tx) => {
    await tx.objectStore('records').delete(id)
    if (seen) await recount(tx, unit)
  })
}

/** What the office sees of this phone. */
async function health(device: string): Promise<any> {
  const headers = { Authorization: `Bearer ${live.reviewer}` }
  const told = await (await fetch(`${live.url}/api/v1/devices`, { headers })).json()
  return told.devices.find((each: { id: string }) => each.id === device)
}

async function review(body: Record<string, unknown>, rec: string): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const response = await fetch(`${live.url}/api/v1/visits/${rec}/review`, {
      method: 'POST', body: JSON.stringify(body),
      headers: { Authorization: `Bearer ${live.reviewer}`, 'Content-Type': 'application/json' },
    })
    if (response.ok) return
    if (response.status !== 409 && response.status < 500) throw new Error(await response.text())
    await new Promise((done) => setTimeout(done, 250)) // its checks still run
  }
  throw new Error('the review was never taken')
}

describe.skipIf(!told)('a phone and a server', () => {
  const road = new Road()
  const options = { base: live.url, watch: false, fetch: road.fetch, waits: [10, 10], name: 'live' }
  let rec = ''

  it('enrols, pulls, fills a visit offline, and loses nothing when killed', async () => {
    const phone = await openPhone(options)
    await expect(phone.enrol('00000-00000')).rejects.toMatchObject({ code: 'code_unknown' })
    const identity = await phone.enrol(live.code.toLowerCase())
    expect(identity.user.name).not.toBe('')
    await expect(phone.enrol(live.code)).rejects.toMatchObject({ code: 'code_used' })
    const report = await phone.sync()
    expect(report.trouble).toEqual([])
    const households = await phone.households()
    expect(households.some((h) => h.id === live.household && h.initials.length)).toBe(true)

    road.broken = true
    const draft = await phone.openVisit(live.household)
    rec = draft.rec
    expect(draft.values['household']).toBe(live.household)
    expect(draft.rows['people/members']!.length).toBeGreaterThan(0)
    answer(draft)
    await phone.addFile(draft, 'evidence/photo_front', photo('house_front'))
    await phone.addFile(draft, 'evidence/photo_paper', photo('evidence', 7))
    phone.close() // killed in the middle of the visit

    const again = await openPhone(options)
    const kept = (await again.draft(rec))!
    expect(kept.values).toEqual(draft.values)
    expect((await again.status(rec)).state).toBe('draft')
    const op = await again.finish(kept, { lat: 33.0712, lon: 107.0234, acc: 8 })
    expect(op).not.toBeNull()
    expect((await again.status(rec)).state).toBe('waiting')
    const offline = await again.sync()
    expect(offline.trouble.map((t) => [t.queue, t.code])).toEqual([
      ['pull', 'offline'], ['push', 'offline'], ['photos', 'offline'],
    ])
    expect((await again.status(rec)).state).toBe('waiting')
    again.close()
  })

  it('gives a lost answer, a login page and a busy server their names, and sends it once', async () => {
    const phone = await openPhone(options)
    road.broken = false
    road.portal = true
    expect((await phone.sync()).trouble.map((t) => t.code)).toEqual(['portal', 'portal', 'portal'])
    road.portal = false
    road.status = 503
    expect((await phone.sync()).trouble.map((t) => t.code)).toEqual(['server', 'server', 'server'])
    road.status = 0
    road.loseAnswers = 'sync/push'
    road.cutAfter = 1
    const report = await phone.sync()
    expect(report.trouble.find((t) => t.queue === 'push')?.code).toBe('offline')
    expect((await phone.status(rec)).state).toBe('waiting')
    road.loseAnswers = ''
    phone.close()
  })

  it('goes on with a photo that was cut, also after the app was killed', async () => {
    const phone = await openPhone(options)
    road.cutAfter = 1
    await phone.sync()
    const cut = await phone.status(rec)
    expect(cut).toMatchObject({ state: 'sending', photosSent: 0, photos: 2 })
    phone.close()

    const again = await openPhone(options)
    road.cutAfter = Infinity
    road.asked.length = 0
    expect((await again.sync()).trouble).toEqual([])
    expect(road.asked[0]).toContain('pull')
    const patches = road.asked.filter((line) => line.startsWith('PATCH'))
    expect(road.asked.some((line) => line.startsWith('HEAD'))).toBe(true)
    expect(patches[0]).not.toMatch(/ 0$/) // not from the beginning
    expect((await again.status(rec)).state).toBe('received')
    expect(again.state()).toMatchObject({ ops: 0, photos: 0, drafts: 0, running: false })
    expect(again.state().lastGood).not.toBeNull()
    await again.sync()
    expect((await again.status(rec)).state).toBe('received')
    again.close()
  })

  it('hears of a return, mends in place, and sends nothing but the change', async () => {
    const back = { action: 'return', version: 1, reason: '请核对', comments: { 'income/wage': '？' } }
    await review(back, rec)
    const phone = await openPhone(options)
    await phone.sync()
    expect(await phone.status(rec)).toMatchObject({ state: 'returned', reason: '请核对' })
    const draft = await phone.reopen(rec)
    expect(draft.base).toMatchObject({ v: 1 })
    expect(draft.values['finish/problem_text']).toBeUndefined()
    draft.values['income/wage'] = '3600' // as an XForm would write it
    draft.values['income/total'] = 3600
    draft.values['people/met_who'] = 'head'
    expect(await phone.changedSince(draft)).toEqual({})
    road.bodies.length = 0
    await phone.finish(draft, null)
    expect((await phone.sync()).trouble).toEqual([])
    const [sent] = road.bodies.filter((body) => body.ops)
    expect(sent!.ops).toHaveLength(1)
    expect(sent!.ops[0]).toMatchObject({ set: { 'income/total': 3600 }, rows: {}, del: [], n: 2 })
    expect(Object.keys(sent!.ops[0].set).sort()).toEqual(['income/total', 'income/wage'])
    expect(sent!.ops[0].after).toBeTruthy()
    await review({ action: 'approve', version: 2 }, rec)
    await phone.sync()
    expect((await phone.status(rec)).state).toBe('approved')
    phone.close()
  })

  it('mends what it lost in silence, and its office sees how it fares', async () => {
    const phone = await openPhone(options)
    const { user, device } = phone.identity()!
    const store = await Store.open(`live-${user.id}`)
    const members = async () => (await phone.household(live.household)).members.map((one) => one.id)
    const all = await members()
    await lose(store, live.household, all[0]!, true)
    const draft = await phone.openVisit(live.household)
    answer(draft)
    await phone.finish(draft, null)
    await phone.sync() // what it sends moves the household
    expect(await members()).not.toEqual(all)
    expect((await phone.sync()).trouble).toEqual([])
    expect(await members()).toEqual(all)
    expect((await health(device)).digest_mismatches).toBe(1)

    await lose(store, live.household, all[0]!, false)
    await phone.sync()
    expect(await members()).not.toEqual(all) // nothing moved: it does not know
    await store.put('checked', null) // a week later
    expect((await phone.sync()).trouble).toEqual([])
    expect(await members()).toEqual(all)
    expect(await store.get('mismatches')).toBe(2)
    expect(await health(device)).toMatchObject({
      digest_mismatches: 2, unsent: { ops: 0, photos: 0, drafts: 0 }, stuck: false,
      forms: { household_visit: expect.any(String) }, app: expect.stringMatching(/^ruhu-app\//),
    })
    store.close()
    phone.close()
  })
})
