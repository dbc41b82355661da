/** A photo from the camera, made small enough to travel; its time and place stay with it. */
import { iso } from '../core/clock'
import { shrink } from '../core/photo'
import type { NewFile } from '../core/types'
import { quickFix } from './position'

const PATIENCE = 3000

export const nowIso = (): string => iso(Date.now()).replace(/\.\d+/, '')

/**
 * Null when the phone cannot open it as a picture. Android takes the place out of photos that it
 * hands to a browser, so the phone's own position at this moment stands in, if it is allowed.
 */
export async function prepared(file: File, role: string): Promise<NewFile | null> {
  const fix = await quickFix(PATIENCE)
  try {
    return { ...(await shrink(file, fix)), role }
  } catch {
    return null
  }
}
