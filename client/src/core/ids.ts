/** Ids a phone makes: version 7 UUIDs, the short ids of repeat rows, the names of files. */
import { sha256 } from './sha256'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A version 7 UUID of the moment `at` (milliseconds); repeatable when its tail is given. */
export function uuid7(at: number, tail = randomBytes(10)): string {
  const raw = new Uint8Array(16)
  const view = new DataView(raw.buffer)
  view.setUint16(0, Math.floor(at / 2 ** 32))
  view.setUint32(2, at % 2 ** 32)
  raw.set(tail.subarray(0, 10), 6)
  raw[6] = 0x70 | (raw[6]! & 0x0f)
  raw[8] = 0x80 | (raw[8]! & 0x3f)
  const text = hex(raw)
  const cuts = [0, 8, 12, 16, 20, 32]
  return cuts.slice(1).map((end, i) => text.slice(cuts[i], end)).join('-')
}

/** Eight characters that name a repeat row for ever, wherever it stands. */
export function rowId(salt: string): string {
  const digest = sha256(new TextEncoder().encode(salt))
  return Array.from(digest.subarray(0, 8), (b) => ALPHABET[b % ALPHABET.length]).join('')
}

/** The id of a row that a person adds: known to no register yet, so it is drawn. */
export function newRowId(): string {
  return rowId(hex(randomBytes(16)))
}

/** The name of a file: the SHA-256 of its bytes. */
export async function fileId(bytes: ArrayBuffer): Promise<string> {
  if (globalThis.crypto?.subtle) {
    return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  }
  return hex(sha256(new Uint8Array(bytes)))
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}

export function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count))
}
