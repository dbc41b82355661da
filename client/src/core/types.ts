/** The words all rooms of the app share. Shapes on the wire are those of docs/protocol.md. */

export type Lang = 'zh' | 'en'
export type Words = Partial<Record<Lang, string>>

/** An answer as the protocol writes it. */
export type Value = string | number | boolean | null | string[] | Point | FileFacts

export interface Point {
  lat: number
  lon: number
  acc?: number
  alt?: number
}

/** A photo, signature or file: its facts travel with the text, its bytes apart. */
export interface FileFacts {
  sha256: string
  size: number
  mime: string
  taken_at: string
  gps: { lat: number; lon: number } | null
  role: string
  name: string
}

/** `income/wage` outside repeats, `people/members[ab12cd34]/birth` inside. */
export type Flat = Record<string, Value>

/** The form as `GET /api/v1/forms/{form}/{version}.json` tells it. */
export interface Question {
  path: string
  type: string
  section?: string
  repeat?: string
  label?: Words
  hint?: Words
  required?: boolean
  relevant?: string
  choices?: string
  appearance?: string
  read_only?: boolean
  default?: string
  policy?: string
  calculated?: boolean
  sensitivity?: string
  dataset?: string
  save_to?: string
  photo_role?: string
  /** The rule of the pack that this row stands for, how strict it is, and which question it is about. */
  rule?: string
  level?: string
  about?: string
  /** The question that says of this one's topic "asked through, nothing changed". */
  closed_by?: string
  /** unknown | refused: it lists questions without an answer. */
  missing?: string
}

export interface Section {
  path: string
  label: Words
  relevant?: string
  repeat?: boolean
}

export interface Definition {
  form_id: string
  version: string
  title: Words
  languages: string[]
  unit_path: string
  questions: Question[]
  sections: Section[]
  entities: { dataset: string; container: string }[]
  choices: Record<string, { name: string; label: Words }[]>
}

export interface Form {
  form: string
  version: string
  sha256: string
  definition: Definition
  xform: string
  /** Lists that come beside the form, by name: each with a version of its own. */
  files?: Record<string, FormFile>
}

export interface FormFile {
  version: number
  mime: string
  text: string
  /** Of what is no text: pictures, sounds. */
  bytes?: ArrayBuffer
}

/** Whose answers a form holds: a household's, a village's, or those of where its author works. */
export type Subject = 'household' | 'village' | 'none'

export interface ToldFile {
  name: string
  version: number
  sha256: string
  mime: string
  url: string
}

/** A form as the feed, or the list of drafts, tells of it. */
export interface Told {
  form: string
  version: string
  sha256: string
  title?: Words
  definition_url: string
  xform_url: string
  subject?: Subject
  /** It asks how the door was found. */
  visit?: boolean
  retired?: boolean
  files?: ToldFile[]
}

/** A form that this person may begin. */
export interface Offer {
  form: string
  version: string
  title: Words
  subject: Subject
  visit: boolean
  /** A draft: what is filled in stays on this phone and counts nowhere. */
  trial: boolean
}

export interface Village {
  unit: string
  code: string
  name: Words
}

/** What the server tells beside the feed. */
export interface Work {
  villages: Village[]
  drafts: Told[]
  figures: { second_visitor_days?: number }
}

/** A filled form in a list. */
export interface Listed {
  rec: string
  unit: string
  at: string
  status: VisitStatus
  form: string
  form_v: string
  title: Words
  subject: Subject
  /** A visit to the door, not another form of the same household. */
  visit: boolean
  trial: boolean
}

/** One record as last pulled. */
export interface Mirrored {
  id: string
  type: string
  unit: string
  area: string
  v: number
  seq: number
  form?: string
  form_v?: string
  doc: Record<string, any>
  /** Of whom a status or summary speaks. */
  subject?: string
}

/**
 * A visit while it is being filled in. `base` is the version last pulled when the edit opened and
 * never moves after; `original` is what the server is known to have, `values` what the person
 * sees, answers hidden by relevance among them. A later pull changes none of it.
 */
export interface Draft {
  rec: string
  unit: string
  form: string
  form_v: string
  base: { epoch: string; v: number } | null
  /** The history of the server whose versions `seen` names; null before the first pull. */
  epoch: string | null
  seen: Record<string, number>
  original: Flat
  values: Flat
  /** Paths whose question is hidden at the moment: kept here, never sent. */
  hidden: string[]
  /** Row ids of each repeat, in the order shown. */
  rows: Record<string, string[]>
  open: boolean
  /** The page of the form where the person stopped. */
  page: number
  /** Filled in with a draft of a form: never sent. */
  trial?: boolean
  /** ISO with offset, by this phone's clock. */
  opened_at: string
  saved_at: string
}

/** What the phone says of a visit; always true. */
export type VisitState =
  | 'draft' // being filled in
  | 'waiting' // finished; the text waits for the network
  | 'sending' // the text is there; photos are on their way
  | 'received' // the server has text and photos
  | 'returned' // sent back, with a reason and comments
  | 'approved'
  | 'with_office' // the server keeps it aside; a person there decides
  | 'refused' // the server cannot read it
  | 'trial' // filled in to try a form; stays here

export interface VisitStatus {
  state: VisitState
  photosSent: number
  photos: number
  reason: string
  comments: Record<string, string>
  findings: Finding[]
  /** Where another answer stood before this visit's. */
  conflicts: Disputed[]
  by: string
  at: string
}

/** Something to be checked, never an accusation. */
export interface Finding {
  rule: string
  path?: string
  text: Words
  /** An answer to it has reached the server. */
  answered?: boolean
}

/** A question that two people answered differently. */
export interface Disputed {
  /** The question's path in this visit, or a row as a whole. */
  path: string
  /** As the record names it: the same, or a property of the household or member `of`. */
  property: string
  of: string | null
  settled: Settled | null
}

/** Somebody's word on it. */
export interface Settled {
  by: string
  at: string
  reason: string
  /** What stands now; left out where this phone does not have the record. */
  value?: Value
  /** Of a row as a whole: whether it stays. */
  kept?: boolean
}

export interface Identity {
  device: string
  token: string
  user: { id: string; name: string; lang: Lang }
}

/** A household in the list. */
export interface HouseholdRow {
  id: string
  code: string
  head: string
  group: string
  /** Pinyin initials of the head's name, small letters; several readings side by side. */
  initials: string[]
  /** This phone's own newest visit there, if any. */
  visit: { rec: string; status: VisitStatus } | null
  /** The office's word on the last visit by anybody: state of the summary record. */
  summary: string | null
  lastAt: string | null
}

export interface HouseholdFacts {
  record: Mirrored | null
  members: Mirrored[]
  visits: Listed[]
  summary: Mirrored | null
}

export type TroubleCode =
  | 'offline' // no answer at all
  | 'portal' // something answered, but not our server: a login page of the network
  | 'server' // 5xx, 429: ask again later
  | 'shut_out' // the token is refused
  | 'too_old' // 426
  | 'storage_full'
  | 'clock' // this phone's date cannot be right
  | 'code_unknown'
  | 'code_expired'
  | 'code_used'
  | 'too_many'
  | 'demo_on_lan'
  | 'refused' // the server's own refusal, see detail

/** An error with a name; the screens have a sentence for each. */
export class Trouble extends Error {
  constructor(
    readonly code: TroubleCode,
    readonly detail = '',
    readonly retryAfter = 0,
  ) {
    super(`${code} ${detail}`)
  }
}

export interface SyncReport {
  at: string
  pulled: number
  pushed: number
  photos: number
  trouble: { queue: 'pull' | 'push' | 'photos' | 'state'; code: TroubleCode; detail: string; at: string }[]
}

/** What the header shows. */
export interface SyncState {
  running: boolean
  /** Ops without a receipt, photos not yet stored, open drafts. */
  ops: number
  photos: number
  drafts: number
  /** Progress of the photo being sent, 0..1, or null. */
  photo: number | null
  /** Progress of a first pull, or null. */
  pull: { have: number; total: number } | null
  lastGood: string | null
  last: SyncReport | null
  /** The ten last troubles, newest first. */
  troubles: SyncReport['trouble']
  /** Milliseconds that the server's clock is ahead of this phone's. */
  clockOffset: number
  shutOut: boolean
  /** A newer version of the app has the database: this page can only be opened again. */
  outdated: boolean
}

/** A position when an edit is closed. */
export interface Fix extends Point {
  at?: string
}

export interface NewFile {
  bytes: ArrayBuffer
  mime: string
  taken_at: string
  gps: { lat: number; lon: number } | null
  role: string
}

/**
 * The phone without its screens: everything a person does, durable before it returns.
 * `src/phone.ts` makes it; `ui/` knows nothing below it.
 */
export interface Phone {
  identity(): Identity | null
  /** Raises Trouble. Keeps everything unsent when the same person enrols again. */
  enrol(code: string): Promise<Identity>
  households(): Promise<HouseholdRow[]>
  household(id: string): Promise<HouseholdFacts>
  /** All visits of this phone, newest first: drafts and finished ones. */
  visits(): Promise<(Listed & { head: string })[]>
  /** Forms that may be begun, those of visits first, drafts to be tried last. */
  offers(): Promise<Offer[]>
  /** Villages, drafts and figures as last told. */
  work(): Promise<Work>
  /** Begins any form about a household, a village's code, or nobody. */
  openForm(offer: Offer, about: string): Promise<Draft>
  form(form: string, version: string): Promise<Form | null>
  /** The form that a new visit would be filled with; null before the first pull. */
  newestForm(): Promise<Form | null>
  /** A new visit, prefilled from the register as data, saved at once. */
  openVisit(household: string): Promise<Draft>
  /** A household that is not on the list: a new unit. */
  openUnlisted(): Promise<Draft>
  /** The same visit again, in place: base is the version last pulled. */
  reopen(rec: string): Promise<Draft>
  /** The cadre's answer to a finding of a visit: a small form of its own, begun or gone on with. */
  answer(rec: string, finding: Finding): Promise<Draft>
  draft(rec: string): Promise<Draft | null>
  saveDraft(draft: Draft): Promise<void>
  /** Throws a draft away that was never sent; an edit of a sent visit goes back to what was sent. */
  discard(rec: string): Promise<void>
  /** Keeps the bytes, answers the facts to write at `path`. */
  addFile(draft: Draft, path: string, file: NewFile): Promise<FileFacts>
  file(sha256: string): Promise<{ bytes: ArrayBuffer; mime: string } | null>
  /** Closes the draft; what changed becomes one op, or null when nothing did. */
  finish(draft: Draft, fix: Fix | null): Promise<string | null>
  status(rec: string): Promise<VisitStatus>
  /** What changed at the office since the draft's base or snapshot: path → value there. */
  changedSince(draft: Draft): Promise<Record<string, { base: Value; theirs: Value }>>
  sync(): Promise<SyncReport>
  state(): SyncState
  /** Hours at which the office wants phones to send, "HH:MM" local. */
  syncHours(): string[]
  storage(): Promise<{ used: number; quota: number; persisted: boolean }>
  lang(): Lang
  setLang(lang: Lang): Promise<void>
  /** Asked to save at once, before this page must let go of the database; answers the way to stop. */
  beforeLettingGo(save: () => Promise<unknown>): () => void
  /** Called after anything changed; answers the way to stop. */
  listen(told: () => void): () => void
}
