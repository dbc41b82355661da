/** The pure rooms: names, hours, clocks, states. */
import { describe, expect, it } from 'vitest'
import { cannotBe, iso, offsetTo } from '../src/core/clock'
import { syncHours, untilNext } from '../src/core/hours'
import { fileId, newRowId, hex } from '../src/core/ids'
import { initials } from '../src/core/initials'
import { fits } from '../src/core/search'
import { earlier } from '../src/core/second'
import { sha256 } from '../src/core/sha256'
import { statusOf, type VisitFacts } from '../src/core/status'
import type { Draft, Mirrored } from '../src/core/types'
import { asText, fromText } from '../src/core/values'

describe('initials', () => {
  it.each([
    ['陈福', ['cf']], ['单晓', ['sx']], ['曾志远', ['zzy']], ['仇英', ['qy']], ['解放', ['xf']],
    ['翟天', ['zt']], ['区小满', ['oxm']], ['朴仁', ['pr']], ['查良', ['zl']],
    ['覃芳', ['qf', 'tf']], ['石小满 2', ['sxm2']], ['Anna 李', ['annal']], ['', []],
    ['·', []], ['欧阳·娜', ['oyn']], ['重单', ['zd']],
  ])('of %s are %j', (name, expected) => {
    expect(initials(name)).toEqual(expected)
  })

  it('are right for a name of every letter', () => {
    const names = '安白蔡邓鄂冯高何贾康刘马倪欧彭钱任孙唐魏徐杨赵'
    expect([...names].map((name) => initials(name)[0]).join('')).toBe('abcdefghjklmnopqrstwxyz')
  })
})

it('finds by any part of name, code and initials, all words at once', () => {
  const row = { head: '陈福', code: 'DP-017', initials: ['cf'] }
  const found = ['陈', 'cf', 'CF', 'ｃｆ', '017', 'dp017', 'dp-0 陈', '', '  ']
  expect(found.filter((typed) => !fits(row, typed))).toEqual([])
  expect(['王', 'cfx', '018', 'cf 018'].filter((typed) => fits(row, typed))).toEqual([])
})

describe('the clock', () => {
  it('writes moments with this phone’s offset', () => {
    const moment = Date.UTC(2026, 10, 23, 16, 30, 0, 250)
    expect(iso(moment, 480)).toBe('2026-11-24T00:30:00.250+08:00')
    expect(iso(moment, -210)).toBe('2026-11-23T13:00:00.250-03:30')
    expect(iso(moment, 0)).toBe('2026-11-23T16:30:00.250+00:00')
    expect(Date.parse(iso(moment))).toBe(moment)
  })

  it('knows how far the server is ahead', () => {
    expect(offsetTo('2026-11-24T04:03:25.799Z', Date.UTC(2026, 10, 24, 4, 3, 20, 799))).toBe(5000)
    expect(offsetTo('soon', 0)).toBeNull()
    expect(offsetTo(undefined, 0)).toBeNull()
  })

  it('knows a date that cannot be right', () => {
    const built = Date.UTC(2026, 10, 1)
    const told = Date.UTC(2026, 10, 24)
    expect(cannotBe(Date.UTC(2025, 10, 24), built, null)).toBe(true)
    expect(cannotBe(Date.UTC(2026, 10, 20), built, told)).toBe(true)
    expect(cannotBe(Date.UTC(2027, 10, 26), built, told)).toBe(true)
    expect(cannotBe(Date.UTC(2026, 11, 24), built, told)).toBe(false)
    expect(cannotBe(Date.UTC(2026, 10, 24), built, null)).toBe(false)
  })
})

describe('the office’s hours', () => {
  it('are read strictly and in order', () => {
    expect(syncHours({ sync_hours: ['18:30', '9:05', '25:00', 7, '18:30'] })).toEqual([
      '09:05', '18:30',
    ])
    expect(syncHours({ sync_hours: '18:30' })).toEqual([])
    expect(syncHours(null)).toEqual([])
  })

  it('come next today or tomorrow', () => {
    const noon = new Date(2026, 10, 24, 12, 0)
    expect(untilNext(['09:00', '12:30'], noon)).toBe(30 * 60_000)
    expect(untilNext(['12:00'], noon)).toBe(24 * 3_600_000)
    expect(untilNext([], noon)).toBeNull()
  })
})

describe('ids', () => {
  it('are hashes as everybody makes them', async () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 1000]) {
      const bytes = new Uint8Array(length).fill(0x5a)
      expect(await fileId(bytes.buffer)).toBe(hex(sha256(bytes)))
    }
  })

  it('of new rows are eight letters and never twice the same', () => {
    const made = Array.from({ length: 200 }, newRowId)
    expect(new Set(made).size).toBe(200)
    expect(made.every((id) => /^[a-z0-9]{8}$/.test(id))).toBe(true)
  })
})

describe('texts of answers', () => {
  it.each([
    [36000, '36000'], [0.1, '0.1'], [1e21, '1000000000000000000000'], [1e-7, '1e-07'],
    [0.00001, '1e-05'], [true, 'true'], [null, ''], [['b', 'a'], 'b a'], ['a\u0000b\u0085', 'ab'],
    [{ lat: 33.1, lon: 107, acc: 8 }, '33.1 107 0 8'], ['\ud800x', 'x'], ['𠮷\n', '𠮷\n'],
  ])('%j is written %j', (value, text) => {
    expect(asText(value as never)).toBe(text)
  })

  it.each([
    ['integer', 36000], ['decimal', -0.5], ['select_multiple', ['b', 'a']],
    ['geopoint', { lat: 33.1, lon: 107, acc: 8 }], ['geopoint', { lat: 1, lon: 2, alt: 700 }],
    ['text', ' 陈 '], ['calculate', 12.5],
  ])('%s: %j comes back as it was', (type, value) => {
    expect(fromText(type, asText(value as never))).toEqual(value)
  })
})

describe('a second visitor', () => {
  const NOW = Date.UTC(2026, 9, 20)
  const days = (n: number) => new Date(NOW - n * 86_400_000).toISOString()
  const visit = { by: '李敏', at: days(3), outcome: 'met', state: 'received' }
  it.each([
    ['somebody else three days ago', visit, { by: '李敏', at: days(3) }],
    ['a week ago is still near', { ...visit, at: days(7) }, { by: '李敏', at: days(7) }],
    ['a refusal cost the family a knock, too', { ...visit, outcome: 'refused' }, { by: '李敏', at: days(3) }],
    ['longer ago', { ...visit, at: days(7.1) }, null],
    ['my own visit', { ...visit, by: '王秀' }, null],
    ['nobody was at home', { ...visit, outcome: 'nobody_home' }, null],
    ['a clock that runs ahead', { ...visit, at: days(-1) }, null],
    ['never visited', null, null],
  ])('%s', (_, summary, expected) => {
    expect(earlier(summary, '王秀', NOW)).toEqual(expected)
  })
})

describe('the state of a visit', () => {
  const facts: VisitFacts = {
    draft: null, pending: 0, receipt: null, told: null, photosSent: 0, photos: 0, conflicts: [],
  }
  const told = (doc: Record<string, unknown>) => ({ doc }) as unknown as Mirrored
  const draft = (open: boolean) => ({ open }) as Draft
  const receipt = (result: Record<string, unknown>) => ({ op: 'o', result })
  it.each([
    ['an open draft is a draft, whatever was sent', { draft: draft(true), pending: 1 }, 'draft'],
    ['without a receipt it waits, though photos are there', { draft: draft(false), pending: 1 }, 'waiting'],
    ['photos behind the text are on their way', { receipt: receipt({ v: 1 }), photos: 3, photosSent: 2 }, 'sending'],
    ['text and photos there: received', { receipt: receipt({ v: 1 }), photos: 3, photosSent: 3 }, 'received'],
    ['a return is told', { told: told({ state: 'returned', v: 1 }), receipt: receipt({ v: 1 }) }, 'returned'],
    ['a return of the text before this edit is old', { told: told({ state: 'returned', v: 1 }), receipt: receipt({ v: 2 }) }, 'received'],
    ['an approval is told', { told: told({ state: 'approved', v: 2 }), receipt: receipt({ v: 2 }) }, 'approved'],
    ['an unreadable op is refused', { receipt: receipt({ result: 'refused' }), photos: 1 }, 'refused'],
    ['quarantined: with the office', { receipt: receipt({ result: 'quarantined' }) }, 'with_office'],
    ['held without a word of the record: with the office', { receipt: receipt({ result: 'held' }) }, 'with_office'],
    ['an office entry that nobody reviews is received', { told: told({ state: null, v: 1 }) }, 'received'],
  ])('%s', (_, given, state) => {
    expect(statusOf({ ...facts, ...(given as Partial<VisitFacts>) }).state).toBe(state)
  })
})

it('reads the hundred most common surnames', () => {
  const byLetter: Record<string, string> = {
    b: '白', c: '陈曹程崔蔡常', d: '邓丁杜董邸段戴', f: '范方冯傅樊', g: '郭高龚顾葛',
    h: '黄何胡韩侯郝贺洪', j: '蒋姜贾江金', k: '孔康', l: '李刘林罗梁卢吕廖赖陆雷黎龙刘',
    m: '马孟毛莫', n: '倪聂', o: '欧', p: '彭潘庞', q: '秦钱邱', r: '任', s: '孙宋苏沈石施史邵',
    t: '唐田谭陶汤', w: '王吴汪魏韦万武文', x: '徐许谢肖夏薛熊', y: '杨于叶余姚尹易严阎',
    z: '张赵周朱郑钟邹曾',
  }
  for (const [letter, names] of Object.entries(byLetter)) {
    for (const name of names) expect(initials(name), name).toEqual([letter])
  }
})
