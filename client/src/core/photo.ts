/** A photo small enough for two bars of signal, that still says when and where it was taken. */
import { iso } from './clock'
import { readExif, withExif } from './exif'
import { placeOf, takenAt } from './exifFacts'
import type { NewFile } from './types'

export const LONGEST = 1600
const QUALITY = 0.8
/** How pictures begin that the server takes as they are, where this phone cannot make them smaller. */
const TAKEN: [string, RegExp][] = [
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
]

export type Shrunk = Omit<NewFile, 'role'>

/** `fix` is the phone's last position, for a photo that has none of its own. */
export async function shrink(
  file: Blob & { lastModified?: number },
  fix: { lat: number; lon: number } | null = null,
): Promise<Shrunk> {
  const original = await file.arrayBuffer()
  const exif = readExif(new Uint8Array(original))
  const small = await smaller(file)
  const bytes = small ? withExif(small, exif) : new Uint8Array(original)
  const mime = small ? 'image/jpeg' : kindOf(bytes)
  if (!mime) throw new Error('not_a_picture')
  const own = placeOf(exif)
  const place = own ?? fix
  return {
    bytes: bytes.slice().buffer as ArrayBuffer,
    mime,
    taken_at: takenAt(exif) ?? iso(file.lastModified ?? Date.now()),
    gps: place && { lat: place.lat, lon: place.lon },
  }
}

/** By its bytes: the type that a browser tells is no more than the name's ending. */
export function kindOf(bytes: Uint8Array): string | null {
  const start = String.fromCharCode(...bytes.subarray(0, 12))
  return TAKEN.find(([, looks]) => looks.test(start))?.[0] ?? null
}

/** The size that fits, never larger than it was. */
export function fitting(width: number, height: number): { width: number; height: number } {
  const by = Math.min(1, LONGEST / Math.max(width, height))
  return { width: Math.round(width * by), height: Math.round(height * by) }
}

/** JPEG bytes, upright; null where this browser cannot read the picture. */
async function smaller(file: Blob): Promise<Uint8Array | null> {
  const picture = await decoded(file)
  if (!picture) return null
  try {
    const { width, height } = fitting(picture.width, picture.height)
    const blob = await drawn(picture, width, height)
    return blob && blob.type === 'image/jpeg' ? new Uint8Array(await blob.arrayBuffer()) : null
  } catch {
    return null // no memory for a canvas: better a large photo than none
  } finally {
    picture.close()
  }
}

async function decoded(file: Blob): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    // browsers that do not know the option read upright by themselves
    return createImageBitmap(file).catch(() => null)
  }
}

async function drawn(picture: ImageBitmap, width: number, height: number): Promise<Blob | null> {
  if (typeof OffscreenCanvas !== 'undefined') {
    const canvas = new OffscreenCanvas(width, height)
    const pen = canvas.getContext('2d')
    if (pen) {
      pen.drawImage(picture, 0, 0, width, height)
      return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
    }
  }
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  canvas.getContext('2d')!.drawImage(picture, 0, 0, width, height)
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
}
