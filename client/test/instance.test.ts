/** A document as the instance that the engine restores. */
import { describe, expect, it } from 'vitest'
import { read, write } from '../src/core/instance'
import type { Definition, Flat } from '../src/core/types'

const XFORM = `<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"><h:head><model>
<instance><data id="visit" version="7" orx:odd="x"><household/><door><place/></door><wage>5</wage><people>
<members jr:template=""><ruhu_row/><name/><body><age/></body><meta><entity id=""/></meta></members><members><ruhu_row/><name/><body><age/></body></members><size/></people>
<orx:meta><orx:instanceID/></orx:meta></data></instance>
<instance id="members"><root><item/></root></instance></model></h:head></h:html>`
const q = (path: string, type: string, repeat?: string) => ({ path, type, repeat })
const FORM = {
  questions: [
    q('household', 'hidden'), q('door/place', 'geopoint'), q('wage', 'decimal'),
    q('people/members/name', 'text', 'people/members'),
    q('people/members/body/age', 'integer', 'people/members'), q('people/size', 'calculate'),
  ],
  sections: [{ path: 'people/members', label: {}, repeat: true }],
} as unknown as Definition
const VALUES: Flat = {
  household: 'h', 'door/place': { lat: 33.07, lon: 107, acc: 8 }, wage: 36000,
  'people/members[aaaaaaaa]/name': '陈 <福> & 𠮷\n二', 'people/members[bbbbbbbb]/body/age': 70,
  'people/size': 2,
}
const rows = { 'people/members': ['bbbbbbbb', 'aaaaaaaa'] }

describe('an instance', () => {
  it('has the form’s own root, and says the same when it is read', () => {
    const xml = write(FORM, XFORM, VALUES, rows, 'uuid:1')
    expect(xml).toMatch(/^<data [^>]*id="visit" version="7"/)
    expect(xml).toContain('xmlns="http://www.w3.org/2002/xforms"')
    expect(xml).toContain('<orx:instanceID>uuid:1</orx:instanceID>')
    expect(xml).not.toContain('template')
    const reading = read(FORM, xml)
    expect(reading.values).toEqual(VALUES)
    expect(reading.rows).toEqual(rows)
    expect(reading.blank.sort()).toEqual([
      'people/members[aaaaaaaa]/body/age', 'people/members[bbbbbbbb]/name',
    ])
  })

  it('says the row ids in the form’s own nodes as well, for whoever knows no attribute of ours', () => {
    const bare = write(FORM, XFORM, VALUES, rows, '').replace(/ row="[a-z]{8}"/g, '')
    expect(bare).not.toContain('row=')
    expect(read(FORM, bare)).toMatchObject({ values: VALUES, rows })
  })

  it('has a row for each that is known, ordered or not, and none where there are none', () => {
    const xml = write(FORM, XFORM, VALUES, { 'people/members': ['bbbbbbbb'] }, '')
    expect(read(FORM, xml).rows['people/members']).toEqual(['bbbbbbbb', 'aaaaaaaa'])
    expect(write(FORM, XFORM, {}, {}, '')).not.toContain('<members')
    const empty = write(FORM, XFORM, {}, { 'people/members': ['cccccccc'] }, '')
    expect(read(FORM, empty).rows['people/members']).toEqual(['cccccccc'])
  })

  it('keeps the form’s default where nothing is said, and not where nothing was chosen', () => {
    expect(read(FORM, write(FORM, XFORM, {}, {}, '')).values).toEqual({ wage: 5 })
    expect(read(FORM, write(FORM, XFORM, { wage: null }, {}, '')).values).toEqual({})
  })

  it('without row ids is refused rather than guessed', () => {
    const xml = '<data><people><members><name>x</name></members></people></data>'
    expect(() => read(FORM, xml)).toThrow('row 1 of people/members has no id')
  })

  it('has rows in rows, each in its outer row, whatever the order of answers', () => {
    const xform = XFORM.replace(/<instance><data[\s\S]*?<\/instance>/, `<instance><data id="land"><plots jr:template=""><ruhu_row/>
<crop/><years jr:template=""><ruhu_row/><grain>1</grain></years></plots><plots><ruhu_row/><crop/><years><ruhu_row/><grain/></years></plots></data></instance>`)
    const form = {
      questions: [q('plots/crop', 'text', 'plots'), q('plots/years/grain', 'integer', 'plots/years')],
      sections: [{ path: 'plots/years', label: {}, repeat: true }, { path: 'plots', label: {}, repeat: true }],
    } as unknown as Definition
    const values: Flat = {
      'plots[bbbbbbbb]/years[cccccccc]/grain': 7, 'plots[aaaaaaaa]/crop': '麦', 'plots[bbbbbbbb]/years[dddddddd]/grain': 8,
    }
    const order = { plots: ['aaaaaaaa'], 'plots[bbbbbbbb]/years': ['dddddddd'], 'plots[aaaaaaaa]/years': ['eeeeeeee'] }
    const xml = write(form, xform, values, order, '')
    expect(xml).not.toContain('template')
    for (const told of [xml, xml.replace(/ row="[a-z]{8}"/g, '')]) {
      expect(read(form, told)).toEqual({
        values: { ...values, 'plots[aaaaaaaa]/years[eeeeeeee]/grain': 1 },
        blank: ['plots[bbbbbbbb]/crop'],
        rows: {
          plots: ['aaaaaaaa', 'bbbbbbbb'],
          'plots[aaaaaaaa]/years': ['eeeeeeee'], 'plots[bbbbbbbb]/years': ['dddddddd', 'cccccccc'],
        },
      })
    }
    expect(write(form, xform, { 'plots[aaaaaaaa]/crop': '麦' }, {}, '')).not.toContain('<years')
  })
})
