/** What the phone keeps, table by table. Raise VERSION and add a step; never change an old one. */
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb'
import { NOTHING, withRecord, type Sum } from '../core/digest'
import type { Draft, Flat, Form, Mirrored } from '../core/types'

export const VERSION = 2

export interface KeptDraft {
  rec: string
  unit: string
  draft: Draft
  /** The register's answers as they were when a new visit was opened. */
  snapshot: Flat
  /** What was last finished, to go back to when an edit is thrown away. */
  sent: Draft | null
}

export interface KeptOp {
  op: string
  n: number
  rec: string
  unit: string
  state: 'pending' | 'acked' | 'refused'
  body: Record<string, unknown>
  result: Record<string, any> | null
  epoch: string | null
  position: number | null
  acked: number | null
}

/** waiting: not confirmed whole; stored; safe: a backup holds it; refused: it never will be;
 * trial: only tried, it stays here. */
export type FileState = 'waiting' | 'stored' | 'safe' | 'refused' | 'trial'

export interface KeptFile {
  sha256: string
  mime: string
  name: string
  size: number
  state: FileState
  /** Where the upload stands on the server: a place to go on, never a promise. */
  url: string | null
  why: string
  position: number | null
  epoch: string | null
  stored: number | null
  added: number
}

export interface Attached {
  rec: string
  sha256: string
}

export interface Schema extends DBSchema {
  kv: { key: string; value: unknown }
  records: {
    key: string
    value: Mirrored
    indexes: { type: string; unit: string; subject: [string, string] }
  }
  departing: { key: string; value: string }
  /** What each unit's records come to, by the unit. */
  sums: { key: string; value: Sum }
  forms: { key: [string, string]; value: Form }
  drafts: { key: string; value: KeptDraft }
  ops: {
    key: string
    value: KeptOp
    indexes: { n: number; rec: string; state: string }
  }
  files: { key: string; value: KeptFile; indexes: { state: string } }
  /** Bytes apart from their facts, so that a list loads no photos. Never a Blob: WebKit. */
  bytes: { key: string; value: ArrayBuffer }
  attached: { key: [string, string]; value: Attached; indexes: { rec: string; sha256: string } }
}

export type Db = IDBPDatabase<Schema>
export type Stores = StoreNames<Schema>

type Upgrading = IDBPTransaction<Schema, Stores[], 'versionchange'>

/** From whatever version stood to the newest, one step after another. */
export async function upgrade(db: Db, from: number, tx: Upgrading): Promise<void> {
  if (from < 1) first(db)
  if (from < 2) await second(db, tx)
}

function first(db: Db): void {
  db.createObjectStore('kv')
  const records = db.createObjectStore('records', { keyPath: 'id' })
  records.createIndex('type', 'type')
  records.createIndex('unit', 'unit')
  records.createIndex('subject', ['type', 'subject'])
  db.createObjectStore('departing')
  db.createObjectStore('forms', { keyPath: ['form', 'version'] })
  db.createObjectStore('drafts', { keyPath: 'rec' })
  const ops = db.createObjectStore('ops', { keyPath: 'op' })
  ops.createIndex('n', 'n', { unique: true })
  ops.createIndex('rec', 'rec')
  ops.createIndex('state', 'state')
  db.createObjectStore('files', { keyPath: 'sha256' }).createIndex('state', 'state')
  db.createObjectStore('bytes')
  const attached = db.createObjectStore('attached', { keyPath: ['rec', 'sha256'] })
  attached.createIndex('rec', 'rec')
  attached.createIndex('sha256', 'sha256')
}

/** What was pulled before is summed up once. */
async function second(db: Db, tx: Upgrading): Promise<void> {
  const sums = db.createObjectStore('sums')
  const found = new Map<string, Sum>()
  for (const { id, unit, v } of await tx.objectStore('records').getAll()) {
    found.set(unit, withRecord(found.get(unit) ?? NOTHING, id, v))
  }
  for (const [unit, sum] of found) await sums.put(sum, unit)
}
