/** A cadre's answer to something to be checked: a form of its own, begun once, about that visit. */
import { describe, expect, it } from 'vitest'
import { FORM, record } from './desk'
import { desk, filled, phone, pushed, ready } from './held'

const REPLY = {
  ...FORM, form_id: 'finding_reply', entities: [], sections: [],
  questions: ['household', 'reply/visit', 'reply/rule', 'reply/path', 'reply/words'].map((path) => ({
    path, type: path === 'reply/words' ? 'text' : 'hidden',
  })),
}
const FINDING = { rule: 'D08', path: 'door/place', text: { zh: '待核实：…', en: 'To be checked: …' } }

async function told() {
  desk.on('/reply.json', () => ({ json: REPLY }))
  desk.pages = [[record('r', 'form', {
    form: 'finding_reply', version: '2026.1', sha256: '', definition_url: '/api/v1/forms/reply.json',
    xform_url: '/api/v1/forms/reply.xml',
  }, { unit: 'common' })]]
  await phone.sync()
}

describe('an answer', () => {
  it('names the visit, the rule and the place, and travels as a submission of the household', async () => {
    await ready()
    const visit = await filled()
    await told()
    const draft = await phone.answer(visit, FINDING)
    expect(draft.values).toMatchObject({
      household: draft.unit, 'reply/visit': visit, 'reply/rule': 'D08', 'reply/path': 'door/place',
    })
    expect(draft.unit).toBe((await phone.draft(visit))!.unit)
    draft.values['reply/words'] = '在地里见的面'
    await phone.finish(draft, null)
    await phone.sync()
    const sent = pushed().at(-1).ops.at(-1)
    expect(sent).toMatchObject({ type: 'submission', form: 'finding_reply', rec: draft.rec })
    expect(sent.set['reply/words']).toBe('在地里见的面')
  })

  it('is gone on with where it was begun, and begun anew for another finding', async () => {
    await ready()
    const visit = await filled()
    await told()
    const one = await phone.answer(visit, FINDING)
    expect((await phone.answer(visit, FINDING)).rec).toBe(one.rec)
    expect((await phone.answer(visit, { ...FINDING, rule: 'D03' })).rec).not.toBe(one.rec)
  })

  it('is refused by name where the form or the visit is not here', async () => {
    await ready()
    const visit = await filled()
    await expect(phone.answer(visit, FINDING)).rejects.toMatchObject({ detail: 'no_form' })
    await told()
    await expect(phone.answer('elsewhere', FINDING)).rejects.toMatchObject({ detail: 'visit_gone' })
  })
})
