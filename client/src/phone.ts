/**
 * The phone without its screens: everything a person does, durable before it returns.
 *
 * Each person has a database of their own on a phone that several use: what one has not sent yet
 * neither gets lost nor travels under another's name.
 */
import { nearest, syncHours } from './core/hours'
import { Trouble } from './core/types'
import type {
  Draft, Finding, Fix, HouseholdFacts, HouseholdRow, Identity, Lang, NewFile, Offer, Phone, SyncReport, SyncState,
} from './core/types'
import { hear, HEARING } from './db/epoch'
import { putIn, Store } from './db/store'
import { askToPersist, phoneModel, room } from './device'
import { Engine } from './sync/engine'
import { roomsOf, type Around, type Rooms } from './sync/rooms'
import { openAnswer } from './visit/answering'
import { withValues } from './visit/disputed'
import { Known } from './visit/known'
import * as lists from './visit/lists'
import { Visits } from './visit/visits'
import { Partings } from './partings'
import { filed, NEW } from './shown'
import { surroundings, type Options } from './surroundings'
import { Windows, type Word } from './windows'
import { changedSince } from './visit/changed'

const ROOT = 'ruhu'

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
  private readonly partings = new Partings()
  private readonly windows: Windows
  private shown = NEW
  /** Whose round is running: who enrols meanwhile gets nothing of it. */
  private turn: { rooms: Rooms; device: string }

  constructor(
    private readonly name: string,
    private readonly around: Around,
    private readonly root: Store,
    private rooms: Rooms,
  ) {
    this.visits_ = new Visits(rooms, around.now)
    this.turn = { rooms, device: '' }
    this.windows = new Windows(name, (word) => void this.heard(word))
    for (const store of [root, rooms.store]) store.parting = () => this.letGo()
    this.engine = new Engine({
      pull: () => this.turn.rooms.pull.run(this.turn.device, (pull) => this.show({ pull })),
      push: () => this.turn.rooms.push.run(this.turn.device),
      photos: () => this.turn.rooms.media.run((photo) => this.show({ photo })),
      state: () => this.turn.rooms.state.run(),
      enrolled: () => this.who !== null,
      waits: () => this.shown.ops + this.shown.photos > 0,
      hours: () => this.hours,
      now: around.now,
      begun: () => this.begun(),
      ended: (report) => this.ended(report),
    })
  }

  async load(): Promise<void> {
    const { store } = this.rooms
    const [who, chosen, kept] = await Promise.all([
      store.get<Identity>('identity'), this.root.get<Lang>('lang'),
      store.get<Partial<SyncState>>('shown'),
    ])
    this.who = who
    this.rooms.wire.token = this.who?.token ?? null
    const spoken = globalThis.navigator?.language?.startsWith('en') ? 'en' : 'zh'
    this.lang_ = chosen ?? this.who?.user.lang ?? spoken
    const { running, outdated } = this.shown
    this.show({ ...NEW, ...kept, running, outdated, clockOffset: this.rooms.heard.clockOffset })
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
    this.windows.tell('person')
    await this.rooms.heard.time(told.server_time)
    await askToPersist()
    this.show({ shutOut: false, clockOffset: this.rooms.heard.clockOffset })
    this.engine.enrolled()
    return identity
  }

  private async become(store: Store): Promise<void> {
    const rooms = await roomsOf(store, this.around)
    this.who = await store.get<Identity>('identity')
    this.rooms = rooms
    store.parting = () => this.letGo()
    this.visits_ = new Visits(this.rooms, this.around.now)
    // the former database stays open: a round may still be running in it
    await this.load()
  }

  households(): Promise<HouseholdRow[]> {
    return lists.households(this.rooms)
  }

  household(id: string): Promise<HouseholdFacts> {
    return lists.household(this.rooms, id)
  }

  visits() {
    return lists.visits(this.rooms)
  }

  form(form: string, version: string) {
    return this.visits_.form(form, version)
  }

  newestForm() {
    return this.visits_.newestForm()
  }

  async openVisit(household: string): Promise<Draft> {
    return this.told(this.visits_.open(household))
  }

  offers() {
    return this.visits_.offers()
  }

  work() {
    return this.rooms.work.told()
  }

  async openForm(offer: Offer, about: string): Promise<Draft> {
    return this.told(this.visits_.openForm(offer, about))
  }

  async openUnlisted(): Promise<Draft> {
    return this.told(this.visits_.openUnlisted())
  }

  async reopen(rec: string): Promise<Draft> {
    return this.told(this.visits_.reopen(rec))
  }

  async answer(rec: string, finding: Finding): Promise<Draft> {
    return this.told(openAnswer(this.rooms, this.around.now(), rec, finding))
  }

  async draft(rec: string): Promise<Draft | null> {
    return (await this.rooms.drafts.get(rec))?.draft ?? null
  }

  async saveDraft(draft: Draft): Promise<void> {
    await this.visits_.save(draft)
  }

  async discard(rec: string): Promise<void> {
    await this.told(this.rooms.drafts.discard(rec))
  }

  addFile(draft: Draft, path: string, file: NewFile) {
    return this.visits_.addFile(draft, path, file)
  }

  async file(sha256: string) {
    const [known, bytes] = [await this.rooms.files.get(sha256), await this.rooms.files.bytes(sha256)]
    return known && bytes ? { bytes, mime: known.mime } : null
  }

  async finish(draft: Draft, fix: Fix | null): Promise<string | null> {
    const op = await this.told(this.visits_.finish(draft, fix))
    this.engine.nudge()
    return op
  }

  async status(rec: string) {
    const status = (await Known.read(this.rooms.store)).status(rec)
    return { ...status, conflicts: await withValues(this.rooms.mirror, rec, status.conflicts) }
  }

  changedSince(draft: Draft) {
    return changedSince(this.rooms, draft)
  }

  /** A person asked: then no plan of the office makes this phone wait. */
  async sync(): Promise<SyncReport> {
    const { wire } = this.rooms
    wire.byHand = true
    return this.engine.sync().finally(() => (wire.byHand = false))
  }

  state(): SyncState {
    return this.shown
  }

  syncHours(): string[] {
    return this.hours
  }

  storage = room

  lang(): Lang {
    return this.lang_
  }

  async setLang(lang: Lang): Promise<void> {
    await this.root.put('lang', lang)
    this.lang_ = lang
    this.tell()
  }

  beforeLettingGo(save: () => Promise<unknown>): () => void {
    return this.partings.add(save)
  }

  listen(told: () => void): () => void {
    this.listeners.add(told)
    return () => this.listeners.delete(told)
  }

  /** Lets go of timers and the database: for tests, and before an update takes over. */
  close(): void {
    this.engine.stop()
    this.windows.close()
    this.rooms.store.close()
    this.root.close()
  }

  /** A newer version of the app takes the database over: this page is of no more use. */
  private async letGo(): Promise<void> {
    await this.partings.saved()
    this.engine.stop()
    this.show({ outdated: true })
  }

  /** What another window did. One person's screens do not stay open under another's name. */
  private async heard(word: Word): Promise<void> {
    if (this.shown.outdated) return
    const person = await this.root.get<string>('person')
    if (word === 'changed' || person === this.rooms.store.db.name) return this.load()
    await this.partings.saved()
    this.around.reload()
  }

  private async told<T>(done: Promise<T>): Promise<T> {
    const result = await done
    await this.count()
    this.windows.tell('changed')
    return result
  }

  /** Enrolled anew in another window, the token is a new one here, too. */
  private async begun(): Promise<void> {
    const { rooms } = this
    const who = await rooms.store.get<Identity>('identity')
    rooms.wire.token = who?.token ?? null
    this.turn = { rooms, device: who?.device ?? '' }
    this.show({ running: true })
  }

  private async ended(report: SyncReport): Promise<void> {
    const { rooms } = this.turn
    const kept = await filed(rooms.store, report)
    const mine = rooms === this.rooms ? { ...kept, clockOffset: rooms.heard.clockOffset } : {}
    this.show({ ...mine, running: false, photo: null, pull: null })
    await this.count()
    this.windows.tell('changed')
    this.engine.planHours()
  }

  /** What waits, counted anew; and told, since something changed. */
  private async count(): Promise<void> {
    const [ops, photos, kept, office] = await Promise.all([
      this.rooms.outbox.pending(), this.rooms.files.waiting(), this.rooms.drafts.all(),
      this.rooms.mirror.all('office'),
    ])
    this.hours = syncHours(nearest(office.map(({ doc }) => doc)))
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
