/** Sends photos of finished visits, and goes on where they stopped, whatever broke in between. */
import { DetailedError, Upload } from 'tus-js-client'
import { Trouble } from '../core/types'
import type { Files } from '../db/files'
import type { KeptFile } from '../db/schema'
import type { Store } from '../db/store'
import { pathOf } from './forms'
import { ProvenStack } from './stack'
import { Refusal, refusal, type Wire } from './wire'

const ROOT = '/api/v1/media'
const CHUNK = 256 * 1024
const MOST_HASHES = 200
/** Waits between broken exchanges; after the last in a row the round is given up. */
const WAITS = [300, 1000, 3000]
const FOR_EVER = [413, 415, 422]
const RESTARTS = 2

export type Tell = (progress: number | null) => void

export class Media {
  constructor(
    private readonly wire: Wire,
    private readonly store: Store,
    private readonly files: Files,
    private readonly now: () => number,
    private readonly waits = WAITS,
  ) {}

  /** How many files the server now has that it had not. */
  async run(tell: Tell): Promise<number> {
    const waiting = await this.files.waiting()
    const have = await this.have(waiting.map((file) => file.sha256))
    let count = 0
    for (const file of waiting) {
      count += Number(have.has(file.sha256) ? await this.stored(file) : await this.one(file, tell))
    }
    return count
  }

  private async have(hashes: string[]): Promise<Set<string>> {
    const stored = new Set<string>()
    for (let start = 0; start < hashes.length; start += MOST_HASHES) {
      const asked = hashes.slice(start, start + MOST_HASHES)
      const told = await this.wire.ask(`${ROOT}/have`, { json: { hashes: asked } })
      if (!Array.isArray(told?.have)) throw new Trouble('portal', 'no answer of ours')
      for (const sha256 of told.have) stored.add(sha256)
    }
    return stored
  }

  private async one(file: KeptFile, tell: Tell): Promise<boolean> {
    const bytes = await this.files.bytes(file.sha256)
    if (!bytes) {
      await this.files.update(file.sha256, { state: 'refused', why: 'bytes_gone' })
      return false
    }
    try {
      tell(0)
      await this.send(file, bytes, tell)
      return await this.stored(file)
    } catch (fault) {
      if (!(fault instanceof Refusal) || !FOR_EVER.includes(fault.status)) throw fault
      const why = fault.problem || String(fault.status)
      await this.files.update(file.sha256, { state: 'refused', why })
      return false
    } finally {
      tell(null)
    }
  }

  private async stored(file: KeptFile): Promise<true> {
    const epoch = await this.store.get<string>('epoch')
    const changed = { state: 'stored', epoch, position: null, stored: this.now() } as const
    await this.files.update(file.sha256, changed)
    return true
  }

  /** Returns when the server has the whole file. */
  private send(file: KeptFile, bytes: ArrayBuffer, tell: Tell): Promise<void> {
    const { base } = this.wire.around
    let restarts = 0
    return new Promise((done, broken) => {
      const upload: Upload = new Upload(new Blob([bytes]), {
        endpoint: base + ROOT,
        uploadUrl: file.url ? base + file.url : null,
        chunkSize: CHUNK,
        uploadDataDuringCreation: true,
        storeFingerprintForResuming: false,
        metadata: { sha256: file.sha256, filename: file.name, filetype: file.mime },
        retryDelays: this.waits,
        httpStack: new ProvenStack(this.wire),
        onShouldRetry: (fault) => mayMend(fault, () => restarts++ < RESTARTS),
        onUploadUrlAvailable: () => void this.remember(file, upload.url),
        onChunkComplete: (_size, accepted, total) => tell(total ? accepted / total : null),
        onSuccess: () => done(),
        onError: (fault) => broken(troubleOf(fault)),
      })
      upload.start()
    })
  }

  /** Where to go on, also after the app was killed. */
  private async remember(file: KeptFile, url: string | null): Promise<void> {
    const path = url && pathOf(url)
    if (path !== file.url) await this.files.update(file.sha256, { url: path }).catch(() => undefined)
  }
}

/** Whether asking the server where the upload stands, and going on, can help. */
function mayMend(fault: Error, mayRestart: () => boolean): boolean {
  const trouble = troubleOf(fault)
  if (!(trouble instanceof Refusal)) return trouble.code === 'offline'
  const { status, problem } = trouble
  if (problem === 'hash_mismatch' || status === 404 || status === 410) return mayRestart()
  return status === 409 || status === 460 || status === 423 || status >= 500
}

function troubleOf(fault: Error): Trouble {
  if (!(fault instanceof DetailedError)) {
    return fault instanceof Trouble ? fault : new Trouble('offline', fault.message)
  }
  if (fault.causingError instanceof Trouble) return fault.causingError
  const raw = fault.originalResponse?.getUnderlyingObject() as Response | undefined
  if (!raw) return new Trouble('offline', fault.message)
  return refusal(raw, fault.originalResponse!.getBody())
}
