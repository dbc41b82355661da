/** The rooms of one person's phone, put together around their database. */
import { Files } from '../db/files'
import { Mirror } from '../db/mirror'
import { Outbox } from '../db/outbox'
import type { Store } from '../db/store'
import { Drafts } from '../db/drafts'
import { Check } from './check'
import { Forms } from './forms'
import { Heard } from './heard'
import { Media } from './media'
import { Pull } from './pull'
import { Push } from './push'
import { State } from './state'
import { Wire, type Surroundings } from './wire'
import { WorkRoom } from './work'

export interface Rooms {
  store: Store
  mirror: Mirror
  outbox: Outbox
  files: Files
  drafts: Drafts
  heard: Heard
  wire: Wire
  pull: Pull
  push: Push
  media: Media
  state: State
  work: WorkRoom
}

export type Around = Omit<Surroundings, 'serverTime'> & { waits?: number[]; reload: () => void }

export async function roomsOf(store: Store, around: Around): Promise<Rooms> {
  const [mirror, outbox, files] = [new Mirror(store), new Outbox(store), new Files(store)]
  const heard = new Heard(store, around.now)
  await heard.load()
  const wire = new Wire({ ...around, serverTime: () => heard.serverTime })
  wire.token = (await store.get<{ token: string }>('identity'))?.token ?? null
  const check = new Check(wire, store, mirror, around.now)
  const state = new State(wire, store, outbox, files, heard, around.now)
  const forms = new Forms(wire, store)
  const work = new WorkRoom(wire, store, forms, around.now)
  return {
    store, mirror, outbox, files, heard, wire, state, work,
    drafts: new Drafts(store),
    pull: new Pull(wire, store, mirror, heard, check, forms, work),
    push: new Push(wire, store, outbox, heard, state, around.now),
    media: new Media(wire, store, files, around.now, around.waits),
  }
}
