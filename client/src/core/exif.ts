/**
 * The facts of a photo's EXIF, read from the JPEG and written into another, as bytes.
 *
 * Kept are what a later check asks for: when, where, by which camera. Kept values are copied as
 * they stand, so nothing is rounded and nothing invented; what cannot be read is not there.
 */

/** One value of the table: its type and its bytes, big-endian. */
export interface Entry {
  tag: number
  type: number
  count: number
  bytes: Uint8Array
}

export interface Exif {
  main: Entry[]
  camera: Entry[]
  place: Entry[]
}

/** Bytes of one item of each TIFF type. */
const SIZE: Record<number, number> = {
  1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8,
}
/** Bytes that change places between byte orders. */
const WORD: Record<number, number> = { 3: 2, 4: 4, 5: 4, 8: 2, 9: 4, 10: 4, 11: 4, 12: 8 }

const CAMERA_IFD = 0x8769
const PLACE_IFD = 0x8825
const ORIENTATION = 0x0112
export const TAG = {
  make: 0x010f, model: 0x0110, taken: 0x9003, offset: 0x9011,
  latRef: 1, lat: 2, lonRef: 3, lon: 4, altRef: 5, alt: 6, time: 7, acc: 31, date: 29,
} as const
const KEPT = {
  main: [TAG.make, TAG.model] as number[],
  camera: [TAG.taken, TAG.offset] as number[],
  place: [TAG.latRef, TAG.lat, TAG.lonRef, TAG.lon, TAG.altRef, TAG.alt, TAG.time, TAG.acc,
    TAG.date] as number[],
}
const MOST_BYTES = 1000 // of one value: a name or a few numbers, never a picture

const NOTHING: Exif = { main: [], camera: [], place: [] }

/** Never raises: a photo without readable EXIF is a photo all the same. */
export function readExif(jpeg: Uint8Array): Exif {
  try {
    const table = findTable(jpeg)
    return table ? new Tiff(table).facts() : NOTHING
  } catch {
    return NOTHING
  }
}

export function isEmpty(exif: Exif): boolean {
  return !exif.main.length && !exif.camera.length && !exif.place.length
}

/** The TIFF table in a JPEG's APP1 segment. */
function findTable(jpeg: Uint8Array): Uint8Array | null {
  const view = viewOf(jpeg)
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null
  for (let at = 2; at + 10 <= view.byteLength; ) {
    const marker = view.getUint16(at)
    const length = view.getUint16(at + 2)
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda || length < 2) return null
    const isExif = marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966
    if (isExif) return jpeg.subarray(at + 10, at + 2 + length)
    at += 2 + length
  }
  return null
}

class Tiff {
  private readonly view: DataView
  private readonly isLittle: boolean

  constructor(private readonly table: Uint8Array) {
    this.view = viewOf(table)
    this.isLittle = this.view.getUint16(0) === 0x4949
  }

  facts(): Exif {
    const main = this.entries(this.view.getUint32(4, this.isLittle))
    return {
      main: main.filter((entry) => KEPT.main.includes(entry.tag)),
      camera: this.below(main, CAMERA_IFD, KEPT.camera),
      place: this.below(main, PLACE_IFD, KEPT.place),
    }
  }

  private below(main: Entry[], pointer: number, kept: number[]): Entry[] {
    const found = main.find((entry) => entry.tag === pointer && entry.type === 4)
    if (!found) return []
    const entries = this.entries(viewOf(found.bytes).getUint32(0))
    return entries.filter((entry) => kept.includes(entry.tag))
  }

  /** As many entries of a directory as can be read. */
  private entries(at: number): Entry[] {
    if (at + 2 > this.table.length) return []
    const count = this.view.getUint16(at, this.isLittle)
    const found: Entry[] = []
    for (let i = 0; i < count && at + 14 + i * 12 <= this.table.length; i++) {
      const entry = this.entry(at + 2 + i * 12)
      if (entry) found.push(entry)
    }
    return found
  }

  private entry(at: number): Entry | null {
    const { view, isLittle } = this
    const [tag, type] = [view.getUint16(at, isLittle), view.getUint16(at + 2, isLittle)]
    const count = view.getUint32(at + 4, isLittle)
    const size = (SIZE[type] ?? 0) * count
    if (size === 0 || size > MOST_BYTES) return null
    const start = size <= 4 ? at + 8 : view.getUint32(at + 8, isLittle)
    if (start + size > this.table.length) return null
    const bytes = this.table.slice(start, start + size)
    return { tag, type, count, bytes: isLittle ? turned(bytes, WORD[type] ?? 1) : bytes }
  }
}

function turned(bytes: Uint8Array, word: number): Uint8Array {
  for (let at = 0; at + word <= bytes.length; at += word) bytes.subarray(at, at + word).reverse()
  return bytes
}

/** The JPEG with these facts, upright and without a thumbnail; as it is where there are none. */
export function withExif(jpeg: Uint8Array, exif: Exif): Uint8Array {
  if (isEmpty(exif) || jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return jpeg
  const table = written(exif)
  const head = new Uint8Array(10)
  const view = viewOf(head)
  view.setUint16(0, 0xffe1)
  view.setUint16(2, table.length + 8)
  view.setUint32(4, 0x45786966) // "Exif" and two zeros
  return joined([jpeg.subarray(0, 2), head, table, jpeg.subarray(2)])
}

function written(exif: Exif): Uint8Array {
  const main = [...exif.main, { tag: ORIENTATION, type: 3, count: 1, bytes: new Uint8Array([0, 1]) }]
  const pointers = [
    { tag: CAMERA_IFD, entries: exif.camera },
    { tag: PLACE_IFD, entries: exif.place },
  ].filter(({ entries }) => entries.length)
  const blank = pointers.map(({ tag }) => pointer(tag, 0))
  let at = 8 + directory([...main, ...blank], 8).length
  const parts = pointers.map(({ tag, entries }) => {
    const part = { link: pointer(tag, at), bytes: directory(entries, at) }
    at += part.bytes.length
    return part
  })
  const first = directory([...main, ...parts.map((part) => part.link)], 8)
  const head = new Uint8Array([0x4d, 0x4d, 0, 42, 0, 0, 0, 8])
  return joined([head, first, ...parts.map((part) => part.bytes)])
}

function pointer(tag: number, at: number): Entry {
  const bytes = new Uint8Array(4)
  viewOf(bytes).setUint32(0, at)
  return { tag, type: 4, count: 1, bytes }
}

/** A directory that begins at `start`, its longer values right behind it. */
function directory(entries: Entry[], start: number): Uint8Array {
  const sorted = [...entries].sort((a, b) => a.tag - b.tag)
  const table = new Uint8Array(2 + sorted.length * 12 + 4)
  const view = viewOf(table)
  const values: Uint8Array[] = []
  let end = start + table.length
  view.setUint16(0, sorted.length)
  sorted.forEach((entry, i) => {
    const at = 2 + i * 12
    view.setUint16(at, entry.tag)
    view.setUint16(at + 2, entry.type)
    view.setUint32(at + 4, entry.count)
    if (entry.bytes.length <= 4) return table.set(entry.bytes, at + 8)
    view.setUint32(at + 8, end)
    const even = entry.bytes.length % 2 ? joined([entry.bytes, new Uint8Array(1)]) : entry.bytes
    values.push(even)
    end += even.length
  })
  return joined([table, ...values])
}

function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
