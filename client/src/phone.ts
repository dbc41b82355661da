/**
 * The phone without its screens: everything a person does, durable before it returns.
 *
 * Each person has a database of their own on a phone that several use: what one has not sent yet
 * neither gets lost nor travels under another's name.
 */
import { iso } from './core/clock'
import { syncHours } from './core/hours'
import { Trouble } from './core/types'
import type {
  Draft, Fix, HouseholdFacts, HouseholdRow, Identity, Lang, NewFile, Phone, SyncReport, SyncState,
} from './core/types'
import { hear, HEARING } from './db/epoch'
import { putIn, Store } from './db/store'
import { askToPersist, phoneModel } from './device'
import { Engine } from './sync/engine'
import { roomsOf, type Around, type Rooms } from './sync/rooms'
import { Known } from './visit/known'
import { row } from './visit/row'
import { Visits } from './visit/visits'
import { surroundings, type Options } from './surroundings'
import { changedSince } from './visit/changed'

const ROOT = 'ruhu'
const KEPT_TROUBLES = 10

/** The phone as it was left. With `watch: false` it sends only when asked. */
export async function openPhone(options: Options = {}): Promise<RealPhone> {
  const around = surroundings(options)
  const root = await Store.open(options.name ?? ROOT)
  const person = await root.get<string>('person')
  const store = person ? await Store.open(person) : root
  const phone = new RealPhone(options.name ?? ROOT, around, root, await roomsOf(store, around))
  await phone.load()
  if (options.watch ?? typeof document !== 'undefined') phone.engine.watch()
  return phone
}

/** The phone of this page, sending by itself. */
export const makePhone = (options: Options = {}): Promise<RealPhone> => openPhone(options)

export class RealPhone implements Phone {
  readonly engine: Engine
  private visits_: Visits
  private who: Identity | null = null
  private lang_: Lang = 'zh'
  private hours: string[] = []
  private readonly listeners = new Set<() => void>()
  private shown: SyncState = {
    running: false, ops: 0, photos: 0, drafts: 0, photo: null, pull: null, lastGood: null,
    last: null, troubles: [], clockOffset: 0, shutOut: false,
  }

  constructor(
    private readonly name: string,
    private readonly around: Around,
    private readonly root: Store,
    private rooms: Rooms,
  ) {
    this.visits_ = new Visits(rooms, around.now)
    this.engine = new Engine({
      pull: () => this.rooms.pull.run((pull) => this.show({ pull })),
      push: () => this.rooms.push.run(this.who?.device ?? ''),
      photos: () => this.rooms.media.run((photo) => this.show({ photo })),
      enrolled: () => this.who !== null,
      waits: () => this.shown.ops + this.shown.photos > 0,
      hours: () => this.hours,
      now: around.now,
      begun: () => this.show({ running: true }),
      ended: (report) => this.ended(report),
    })
  }

  async load(): Promise<void> {
    const { store } = this.rooms
    this.who = await store.get<Identity>('identity')
    const chosen = await this.root.get<Lang>('lang')
    const spoken = globalThis.navigator?.language?.startsWith('en') ? 'en' : 'zh'
    this.lang_ = chosen ?? this.who?.user.lang ?? spoken
    const kept = (await store.get<Partial<SyncState>>('shown')) ?? {}
    this.show({ ...kept, clockOffset: this.rooms.heard.clockOffset })
    await this.count()
  }

  identity(): Identity | null {
    return this.who
  }

  async enrol(code: string): Promise<Identity> {
    const { label, model } = phoneModel()
    const { app } = this.around
    const asked = { code: code.trim(), device: { label, model, app } }
    const told = await this.rooms.wire.ask('/api/v1/enrol', { json: asked })
    if (typeof told?.token !== 'string' || !told.user?.id) throw new Trouble('portal')
    const { device, token, user } = told
    const identity: Identity = { device, token, user }
    const person = `${this.name}-${user.id}`
    const store = await Store.open(person)
    await store.together(HEARING, async (tx) => {
      await putIn(tx, 'identity', identity)
      await hear(tx, told.epoch)
    })
    await this.root.put('person', person)
    await this.become(store)
    await this.rooms.heard.time(told.server_time)
    await askToPersist()
    this.show({ shutOut: false, clockOffset: this.rooms.heard.clockOffset })
    this.engine.enrolled()
    return identity
  }

  private async become(store: Store): Promise<void> {
    this.rooms = await roomsOf(store, this.around)
    this.visits_ = new Visits(this.rooms, this.around.now)
    // the former database stays open: a round may still be running in it
    await this.load()
  }

  async households(): Promise<HouseholdRow[]> {
    const known = await Known.read(this.rooms.store)
    const newest = new Map<string, HouseholdRow['visit']>()
    for (const { rec, unit, status } of known.visits()) {
      if (!newest.has(unit)) newest.set(unit, { rec, status })
    }
    return known.households.map((household) => row(household, known, newest.get(household.id)))
  }

  async household(id: string): Promise<HouseholdFacts> {
    const { mirror, store } = this.rooms
    const known = await Known.read(store)
    const visits = known.visits().filter((visit) => visit.unit === id)
    return {
      record: await mirror.record(id),
      members: await mirror.unit(id, 'member'),
      visits: visits.map(({ rec, status, at }) => ({ rec, status, at })),
      summary: known.summaries.get(id) ?? null,
    }
  }

  async visits() {
    const known = await Known.read(this.rooms.store)
    return known.visits().map((visit) => ({ ...visit, head: known.head(visit.unit) }))
  }

  form(form: string, version: string) {
    return this.visits_.form(form, version)
  }

  newestForm() {
    return this.visits_.newestForm()
  }

  async openVisit(household: string): Promise<Draft> {
    return this.told(await this.visits_.open(household))
  }

  async openUnlisted(): Promise<Draft> {
    return this.told(await this.visits_.openUnlisted())
  }

  async reopen(rec: string): Promise<Draft> {
    return this.told(await this.visits_.reopen(rec))
  }

  async draft(rec: string): Promise<Draft | null> {
    return (await this.rooms.drafts.get(rec))?.draft ?? null
  }

  async saveDraft(draft: Draft): Promise<void> {
    await this.visits_.save(draft)
  }

  async discard(rec: string): Promise<void> {
    await this.rooms.drafts.discard(rec)
    await this.count()
  }

  addFile(draft: Draft, path: string, file: NewFile) {
    return this.visits_.addFile(draft, path, file)
  }

  async file(sha256: string) {
    const [known, bytes] = [await this.rooms.files.get(sha256), await this.rooms.files.bytes(sha256)]
    return known && bytes ? { bytes, mime: known.mime } : null
  }

  async finish(draft: Draft, fix: Fix | null): Promise<string | null> {
    const op = await this.visits_.finish(draft, fix)
    await this.count()
    this.engine.nudge()
    return op
  }

  async status(rec: string) {
    return (await Known.read(this.rooms.store)).status(rec)
  }

  changedSince(draft: Draft) {
    return changedSince(this.rooms, draft)
  }

  async sync(): Promise<SyncReport> {
    if (this.who) return this.engine.sync()
    return { at: iso(this.around.now()), pulled: 0, pushed: 0, photos: 0, trouble: [] }
  }

  state(): SyncState {
    return this.shown
  }

  syncHours(): string[] {
    return this.hours
  }

  async storage() {
    const { storage } = globalThis.navigator ?? {}
    const told = await storage?.estimate?.()
    const persisted = (await storage?.persisted?.()) ?? false
    return { used: told?.usage ?? 0, quota: told?.quota ?? 0, persisted }
  }

  lang(): Lang {
    return this.lang_
  }

  async setLang(lang: Lang): Promise<void> {
    await this.root.put('lang', lang)
    this.lang_ = lang
    this.tell()
  }

  listen(told: () => void): () => void {
    this.listeners.add(told)
    return () => this.listeners.delete(told)
  }

  /** Lets go of timers and the database: for tests, and before an update takes over. */
  close(): void {
    this.engine.stop()
    this.rooms.store.close()
    this.root.close()
  }

  private async told<T>(result: T): Promise<T> {
    await this.count()
    return result
  }

  private async ended(report: SyncReport): Promise<void> {
    const good = !report.trouble.length
    const troubles = [...report.trouble, ...this.shown.troubles].slice(0, KEPT_TROUBLES)
    const lastGood = good ? report.at : this.shown.lastGood
    const shutOut = report.trouble.some((trouble) => trouble.code === 'shut_out')
    const kept = { last: report, troubles, lastGood, shutOut }
    await this.rooms.store.put('shown', kept).catch(() => undefined) // a full disk
    this.show({ ...kept, running: false, photo: null, pull: null })
    this.show({ clockOffset: this.rooms.heard.clockOffset })
    await this.count()
    this.engine.planHours()
  }

  /** What waits, counted anew; and told, since something changed. */
  private async count(): Promise<void> {
    const [ops, photos, kept, office] = await Promise.all([
      this.rooms.outbox.pending(), this.rooms.files.waiting(), this.rooms.drafts.all(),
      this.rooms.mirror.all('office'),
    ])
    this.hours = syncHours(office[0]?.doc)
    const drafts = kept.filter(({ draft }) => draft.open).length
    this.show({ ops: ops.length, photos: photos.length, drafts })
  }

  private show(changed: Partial<SyncState>): void {
    this.shown = { ...this.shown, ...changed }
    this.tell()
  }

  private tell(): void {
    for (const told of this.listeners) told()
  }
}
