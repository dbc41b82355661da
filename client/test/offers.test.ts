import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { offers } from '../src/core/offers'
import { earlier } from '../src/core/second'
import type { Told } from '../src/core/types'
import { besideOf } from '../src/form/beside'
import { openPhone, type RealPhone } from '../src/phone'
import { Desk, record, REGISTER } from './desk'

const told = (form: string, more: Partial<Told> = {}): Told => ({
  form, version: '1', sha256: 'ab'.repeat(32), title: { zh: form }, subject: 'household',
  definition_url: `/api/v1/forms/${form}.json`, xform_url: `/api/v1/forms/${form}.xml`, ...more,
})
const published = (...forms: Told[]) =>
  forms.map((doc) => record(doc.form, 'form', doc, { unit: 'common' }) as never)

describe('what may be begun', () => {
  it('has visits first, drafts last, and nothing that was retired or that something else opens', () => {
    const found = offers(
      published(told('water', { subject: 'village' }), told('old', { retired: true }), told('visit', { visit: true }),
        told('finding_reply'), told('back_check')),
      [told('new')],
    )
    expect(found.map(({ form, subject, trial }) => [form, subject, trial])).toEqual([
      ['visit', 'household', false], ['water', 'village', false], ['new', 'household', true],
    ])
    expect(found[2]!.version).toMatch(/^draft:/)
  })
})

describe('a second visitor', () => {
  it('is told of for as many days as the office says', () => {
    const now = Date.UTC(2026, 9, 20)
    const visit = { by: '李敏', at: new Date(now - 10 * 86_400_000).toISOString(), outcome: 'met' }
    expect(earlier(visit, '王秀', now)).toBeNull()
    expect(earlier(visit, '王秀', now, 14)).toMatchObject({ by: '李敏' })
  })
})

describe('what stands beside words', () => {
  it('is found by its name, and is missing where it was not fetched', () => {
    const bytes = new ArrayBuffer(3)
    const form = { files: { 'tap.png': { version: 1, mime: 'image/png', text: '', bytes } } } as never
    const text = { asString: '', imageSource: new URL('jr://images/tap.png'), audioSource: new URL('jr://audio/a.mp3') }
    expect(besideOf(form, text)).toEqual([
      { kind: 'image', name: 'tap.png', mime: 'image/png', bytes },
      { kind: 'audio', name: 'a.mp3', mime: '', bytes: null },
    ])
    expect(besideOf(form, null)).toEqual([])
  })
})

describe('a phone with villages and a draft to try', () => {
  let phone: RealPhone
  let desk: Desk
  let count = 0

  beforeEach(async () => {
    desk = new Desk()
    const village = { unit: 'area:99', code: '99', name: { zh: '东坡村' } }
    const draft = told('water', { subject: 'village' })
    desk.on('/work', () => ({ json: { villages: [village], drafts: [draft], figures: { second_visitor_days: 14 } } }))
    desk.pages = [[...REGISTER, ...published(told('base', { subject: 'village' }))]]
    phone = await openPhone({ name: `offers-${count++}`, fetch: desk.fetch, watch: false })
    await phone.enrol('ABCDE-FGHJK')
    await phone.sync()
  })
  afterEach(() => phone.close())

  const pushed = () => desk.heard.filter(({ path }) => path.endsWith('/push')).flatMap(({ body }) => body.ops)
  const offered = async (form: string) => (await phone.offers()).find((offer) => offer.form === form)!

  it('fills in the form of a village by its code', async () => {
    const draft = await phone.openForm(await offered('base'), '99')
    expect(draft.unit).toBe('area:99')
    draft.values.wage = 5
    await phone.finish(draft, null)
    await phone.sync()
    expect(pushed()).toMatchObject([{ form: 'base', set: { household: '99', wage: 5 } }])
    expect(await phone.visits()).toMatchObject([{ form: 'base', subject: 'village', visit: false, trial: false }])
    await expect(phone.openForm(await offered('base'), '98')).rejects.toMatchObject({ detail: 'village_gone' })
  })

  it('sends nothing of a trial, its photo neither', async () => {
    const draft = await phone.openForm(await offered('water'), '99')
    const photo = { bytes: new ArrayBuffer(4), mime: 'image/jpeg', taken_at: draft.opened_at, gps: null, role: 'before' }
    await phone.addFile(draft, 'photo', photo)
    expect(await phone.finish(draft, null)).toBeNull()
    expect((await phone.sync()).trouble).toEqual([])
    expect(pushed()).toEqual([])
    expect(phone.state()).toMatchObject({ ops: 0, photos: 0, drafts: 0 })
    expect((await phone.status(draft.rec)).state).toBe('trial')
  })

  it('sends a photo after all that was taken for a trial before', async () => {
    const photo = { bytes: new ArrayBuffer(4), mime: 'image/jpeg', taken_at: '', gps: null, role: 'before' }
    await phone.addFile(await phone.openForm(await offered('water'), '99'), 'photo', photo)
    expect(phone.state().photos).toBe(0)
    const real = await phone.openForm(await offered('base'), '99')
    await phone.addFile(real, 'photo', photo)
    await phone.finish(real, null)
    expect(phone.state().photos).toBe(1)
  })

  it('asks for its work only where the feed moved', async () => {
    const asked = () => desk.heard.filter(({ path }) => path.endsWith('/work')).length
    expect(asked()).toBe(1)
    await phone.sync()
    expect(asked()).toBe(1)
    desk.pages = [[record('o2', 'office', { asked: 'x' }, { unit: 'common', seq: 3 })]]
    await phone.sync()
    expect(asked()).toBe(2)
  })
})
