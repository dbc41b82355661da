/** Where and when this phone is: its server, its clock, its road. */
import type { Around } from './sync/rooms'

export interface Options {
  /** Where the server is; '' for where this page came from. */
  base?: string
  /** The database's name. */
  name?: string
  now?: () => number
  fetch?: typeof fetch
  built?: number
  /** Send by itself; only where there is a page. */
  watch?: boolean
  /** Opens the page anew. */
  reload?: () => void
  /** Waits between the tries of one photo, in milliseconds. */
  waits?: number[]
}

export function surroundings(options: Options): Around {
  return {
    base: options.base ?? '',
    app: `ruhu-app/${typeof __VERSION__ === 'undefined' ? 'dev' : __VERSION__}`,
    built: options.built ?? builtAt(),
    now: options.now ?? (() => Date.now()),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    waits: options.waits,
    reload: options.reload ?? (() => globalThis.location?.reload()),
  }
}

function builtAt(): number {
  return typeof __BUILT__ === 'undefined' ? 0 : Date.parse(__BUILT__) || 0
}
