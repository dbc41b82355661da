/** Screens by the part of the address behind the #: no server is asked, and "back" works. */
import { shallowRef } from 'vue'

export type Screen = 'households' | 'enrol' | 'household' | 'fill' | 'visit' | 'phone' | 'villages'

export interface Route {
  screen: Screen
  args: string[]
}

const SCREENS = new Set<string>(['households', 'enrol', 'household', 'fill', 'visit', 'phone', 'villages'])

export const route = shallowRef<Route>(parse(location.hash))

export function parse(hash: string): Route {
  const [name = '', ...args] = hash.replace(/^#\/?/, '').split('/').map(decode)
  return SCREENS.has(name) ? { screen: name as Screen, args } : { screen: 'households', args: [] }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export const href = (...parts: (string | number)[]) =>
  `#/${parts.map((part) => encodeURIComponent(String(part))).join('/')}`

export function go(...parts: (string | number)[]): void {
  location.hash = href(...parts)
}

/** Takes the place of this screen, so that "back" does not lead into it again. */
export function replace(...parts: (string | number)[]): void {
  history.replaceState({ depth: depth() }, '', href(...parts))
  route.value = parse(location.hash)
}

/** Where the person came from, or `otherwise` when the app began here. */
export function back(...otherwise: (string | number)[]): void {
  if (depth() > 0) history.back()
  else replace(...otherwise)
}

/** How many screens lie behind this one, in the history entry itself: reloading keeps it. */
const depth = (): number => (history.state as { depth?: number } | null)?.depth ?? 0
let last = depth()

window.addEventListener('hashchange', () => {
  if (history.state === null) history.replaceState({ depth: last + 1 }, '')
  last = depth()
  route.value = parse(location.hash)
})
