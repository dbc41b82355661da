/** Photos on their way: queued with their visit, sent after the text, kept until backed up. */
import { KEEP_MS } from './outbox'
import type { KeptFile } from './schema'
import type { Store, Write } from './store'

/** These are the files of the visit now; a photo taken out of it counts no more. */
export async function attach(tx: Write, rec: string, hashes: string[]): Promise<void> {
  const attached = tx.objectStore('attached')
  for (const key of await attached.index('rec').getAllKeys(rec)) await attached.delete(key)
  for (const sha256 of hashes) await attached.put({ rec, sha256 })
}

/** A feed position told after a file was stored: a backup of it holds the file too. */
export async function passPosition(tx: Write, epoch: string, position: number): Promise<void> {
  await change(tx, 'stored', (file) =>
    file.position === null && file.epoch === epoch ? { position } : null,
  )
}

/** Another history: ask again for every file that no backup is known to hold. */
export async function sendFilesAgain(tx: Write, epoch: string): Promise<void> {
  const attached = new Set((await tx.objectStore('attached').getAll()).map((a) => a.sha256))
  await change(tx, 'stored', (file) =>
    file.epoch !== epoch && attached.has(file.sha256) ? { state: 'waiting', url: null } : null,
  )
}

/** Delete originals that a backup holds (or that are 90 days old). */
export async function forgetFiles(tx: Write, epoch: string, through: number, now: number) {
  const gone: string[] = []
  await change(tx, 'stored', (file) => {
    const held = file.epoch === epoch && file.position !== null && file.position <= through
    if (!held && (file.stored ?? now) >= now - KEEP_MS) return null
    gone.push(file.sha256)
    return { state: 'safe' }
  })
  for (const sha256 of gone) await tx.objectStore('bytes').delete(sha256)
}

async function change(
  tx: Write, state: string, to: (file: KeptFile) => Partial<KeptFile> | null,
): Promise<void> {
  const files = tx.objectStore('files')
  for (const file of await files.index('state').getAll(state)) {
    const changed = to(file)
    if (changed) await files.put({ ...file, ...changed })
  }
}

export class Files {
  constructor(private readonly store: Store) {}

  /** Keep the bytes; a file known before stays as it is, but one whose original was let go is
   * kept anew. */
  async add(
    file: Pick<KeptFile, 'sha256' | 'mime' | 'name' | 'size'>, bytes: ArrayBuffer,
    state: 'waiting' | 'trial' = 'waiting',
  ) {
    await this.store.together(['files', 'bytes'], async (tx) => {
      await tx.objectStore('bytes').put(bytes, file.sha256)
      const known = await tx.objectStore('files').get(file.sha256)
      if (known && (known.state !== 'trial' || state === 'trial')) return
      await tx.objectStore('files').put({
        ...file, state, url: null, why: '', position: null, epoch: null,
        stored: null, added: Date.now(),
      })
    })
  }

  /** Files of finished visits that the server does not have, in the order they were taken. */
  async waiting(): Promise<KeptFile[]> {
    const tx = this.store.db.transaction(['files', 'attached'])
    const waiting = await tx.objectStore('files').index('state').getAll('waiting')
    const attached = new Set((await tx.objectStore('attached').getAll()).map((a) => a.sha256))
    return waiting.filter((f) => attached.has(f.sha256)).sort((a, b) => a.added - b.added)
  }

  async bytes(sha256: string): Promise<ArrayBuffer | null> {
    return (await this.store.db.get('bytes', sha256)) ?? null
  }

  async get(sha256: string): Promise<KeptFile | null> {
    return (await this.store.db.get('files', sha256)) ?? null
  }

  async update(sha256: string, changed: Partial<KeptFile>): Promise<void> {
    await this.store.together(['files'], async (tx) => {
      const known = await tx.objectStore('files').get(sha256)
      if (known) await tx.objectStore('files').put({ ...known, ...changed })
    })
  }
}
