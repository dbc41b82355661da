/** The database of one person on this phone. What a method here has returned from is kept. */
import { openDB, type IDBPTransaction } from 'idb'
import { Trouble } from '../core/types'
import { VERSION, upgrade, type Db, type Schema, type Stores } from './schema'

export type Write = IDBPTransaction<Schema, Stores[], 'readwrite'>
export type Read = IDBPTransaction<Schema, Stores[], 'readonly'>

export class Store {
  /** Awaited before a newer page's upgrade gets the database; nothing is kept here after it. */
  parting: () => Promise<unknown> = async () => undefined

  private constructor(readonly db: Db) {}

  static async open(name: string): Promise<Store> {
    const db = await openDB<Schema>(name, VERSION, {
      upgrade: (opened, from, _to, tx) => void upgrade(opened, from, tx),
      // An older page must not hold up a newer one's upgrade: it lets go of the database.
      blocking: () => void store.parting().finally(() => db.close()),
    })
    const store = new Store(db)
    return store
  }

  close(): void {
    this.db.close()
  }

  /**
   * All of it or none of it. `work` awaits nothing but this transaction's own requests: whatever
   * else is awaited would let it commit half-way.
   */
  async together<T>(stores: Stores[], work: (tx: Write) => Promise<T>): Promise<T> {
    try {
      const tx = this.db.transaction(stores, 'readwrite', { durability: 'strict' })
      const done = tx.done
      done.catch(() => undefined) // told by the await below
      try {
        const result = await work(tx)
        await done
        return result
      } catch (fault) {
        abort(tx)
        throw await cause(tx, fault)
      }
    } catch (fault) {
      throw named(fault)
    }
  }

  async get<T>(key: string): Promise<T | null> {
    return ((await this.db.get('kv', key)) as T | undefined) ?? null
  }

  async put(key: string, value: unknown): Promise<void> {
    await this.together(['kv'], async (tx) => putIn(tx, key, value))
  }
}

/** null takes the key away. */
export async function putIn(tx: Write, key: string, value: unknown): Promise<void> {
  const kv = tx.objectStore('kv')
  if (value === null || value === undefined) await kv.delete(key)
  else await kv.put(value, key)
}

export async function getIn<T>(tx: Write | Read, key: string): Promise<T | null> {
  return ((await tx.objectStore('kv').get(key)) as T | undefined) ?? null
}

function abort(tx: Write): void {
  try {
    tx.abort()
  } catch {
    // it has ended by itself
  }
}

/** Why it ended: the transaction's own reason (a full disk) before the request's "aborted". */
async function cause(tx: Write, fault: unknown): Promise<unknown> {
  const reason = await tx.done.then(() => null, (error: unknown) => tx.error ?? error)
  return (fault as Error | null)?.name === 'AbortError' ? (reason ?? fault) : fault
}

export function named(fault: unknown): unknown {
  const name = (fault as Error | null)?.name
  return name === 'QuotaExceededError' ? new Trouble('storage_full') : fault
}
