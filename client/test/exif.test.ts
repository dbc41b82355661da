/** EXIF on bytes: what stands there is kept, what does not is not invented. */
import { describe, expect, it } from 'vitest'
import { isEmpty, readExif, TAG, viewOf, withExif, type Entry } from '../src/core/exif'
import { placeOf, takenAt, text } from '../src/core/exifFacts'
import { fitting, kindOf } from '../src/core/photo'

const BARE = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xda, 1, 2, 0xff, 0xd9])
const ascii = (tag: number, words: string): Entry => {
  const bytes = new TextEncoder().encode(`${words}\0`)
  return { tag, type: 2, count: bytes.length, bytes }
}
const ratio = (tag: number, ...parts: [number, number][]): Entry => {
  const bytes = new Uint8Array(parts.length * 8)
  parts.flat().forEach((part, i) => viewOf(bytes).setUint32(i * 4, part))
  return { tag, type: 5, count: parts.length, bytes }
}
const FULL = {
  main: [ascii(TAG.make, 'SunHe'), ascii(TAG.model, 'SH-7 Lite')],
  camera: [ascii(TAG.taken, '2026:11:23 09:34:10'), ascii(TAG.offset, '+08:00')],
  place: [
    ascii(TAG.latRef, 'N'), ratio(TAG.lat, [33, 1], [4, 1], [1632, 100]),
    ascii(TAG.lonRef, 'E'), ratio(TAG.lon, [107, 1], [1, 1], [2424, 100]), ratio(TAG.acc, [8, 1]),
  ],
}

/** The same table in the other byte order, with an orientation and a picture in it. */
function little(jpeg: Uint8Array): Uint8Array {
  const copy = jpeg.slice()
  const table = copy.subarray(12)
  const view = viewOf(table)
  const turn = (at: number, size: number) => table.subarray(at, at + size).reverse()
  const directory = (at: number) => {
    const count = view.getUint16(at)
    for (let i = 0; i < count; i++) {
      const entry = at + 2 + i * 12
      const [tag, type, items] = [view.getUint16(entry), view.getUint16(entry + 2), view.getUint32(entry + 4)]
      const place = view.getUint32(entry + 8)
      if (type === 5) for (let k = 0; k < items * 2; k++) turn(place + k * 4, 4)
      if (tag === 0x8769 || tag === 0x8825) directory(place)
      const isLong = type === 5 || type === 4 || (type === 2 && items > 4)
      turn(entry, 2), turn(entry + 2, 2), turn(entry + 4, 4)
      if (isLong) turn(entry + 8, 4)
      else if (type === 3) turn(entry + 8, 2)
    }
    turn(at, 2)
  }
  directory(view.getUint32(4))
  table.set([0x49, 0x49, 42, 0], 0)
  turn(4, 4)
  return copy
}

describe('EXIF', () => {
  it('comes through writing and reading as it was', () => {
    const read = readExif(withExif(BARE, FULL))
    expect(read).toEqual(FULL)
    expect(takenAt(read)).toBe('2026-11-23T09:34:10.000+08:00')
    expect(placeOf(read)).toEqual({ lat: 33.0712, lon: 107.0234, acc: 8 })
    expect(text(read.main, TAG.model)).toBe('SH-7 Lite')
  })

  it('is read in either byte order', () => {
    expect(readExif(little(withExif(BARE, FULL)))).toEqual(FULL)
  })

  it('keeps every byte of the picture itself, and says it stands upright', () => {
    const made = withExif(BARE, FULL)
    expect([...made.subarray(-12)]).toEqual([...BARE.subarray(2)])
    const at = made.findIndex((byte, i) => byte === 0x01 && made[i + 1] === 0x12)
    expect([...made.subarray(at, at + 10)]).toEqual([1, 0x12, 0, 3, 0, 0, 0, 1, 0, 1])
  })

  it('is not invented where there was none', () => {
    expect(isEmpty(readExif(BARE))).toBe(true)
    expect(withExif(BARE, readExif(BARE))).toBe(BARE)
    expect(takenAt(readExif(BARE))).toBeNull()
    expect(placeOf(readExif(BARE))).toBeNull()
  })

  it('never breaks a photo: cut and spoilt anywhere, it is less or nothing', () => {
    const made = withExif(BARE, FULL)
    for (let length = 0; length < made.length; length++) readExif(made.subarray(0, length))
    for (let at = 0; at < made.length; at++) {
      for (const byte of [0, 0x7f, 0xff]) {
        const spoilt = made.slice()
        spoilt[at] = byte
        const read = readExif(spoilt)
        takenAt(read)
        placeOf(read)
        expect(withExif(BARE, read).length).toBeGreaterThanOrEqual(BARE.length)
      }
    }
  })

  it.each([
    ['0000:00:00 00:00:00'], ['2026:13:01 00:00:00'], ['2026:02:30 00:00:00'], ['    :  :  '], [''],
  ])('a time of %j is no time', (words) => {
    expect(takenAt({ ...FULL, camera: [ascii(TAG.taken, words)] })).toBeNull()
  })

  it('takes the phone’s zone where the photo names none', () => {
    const read = { ...FULL, camera: [ascii(TAG.taken, '2026:11:23 09:34:10')] }
    expect(Date.parse(takenAt(read)!)).toBe(new Date(2026, 10, 23, 9, 34, 10).getTime())
  })

  it('knows south and west, and no place from nothing over nothing or from the open sea', () => {
    const place = (lat: [number, number], lon: [number, number], ns = 'N', ew = 'E') =>
      placeOf({ ...FULL, place: [
        ascii(TAG.latRef, ns), ratio(TAG.lat, lat), ascii(TAG.lonRef, ew), ratio(TAG.lon, lon),
      ] })
    expect(place([10, 1], [20, 1], 'S', 'W')).toEqual({ lat: -10, lon: -20 })
    expect(place([0, 0], [0, 0])).toBeNull()
    expect(place([0, 1], [0, 1])).toBeNull()
    expect(place([91, 1], [20, 1])).toBeNull()
  })
})

it('shrinks to the longest side and never enlarges', () => {
  expect(fitting(4000, 3000)).toEqual({ width: 1600, height: 1200 })
  expect(fitting(3000, 4000)).toEqual({ width: 1200, height: 1600 })
  expect(fitting(640, 480)).toEqual({ width: 640, height: 480 })
})

it('takes for a picture what begins like one, whatever it is called', () => {
  const text = new TextEncoder().encode('no picture at all')
  expect([kindOf(text), kindOf(new Uint8Array()), kindOf(BARE)]).toEqual([null, null, 'image/jpeg'])
  const letters = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
  expect(kindOf(letters('\x89PNG\r\n\x1a\n...'))).toBe('image/png')
  expect(kindOf(letters('RIFF\x00\n\x00\x00WEBPVP8 '))).toBe('image/webp')
  expect(kindOf(letters('\x00\x00\x00\x18ftypheic'))).toBeNull()
})
