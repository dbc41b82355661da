/** One window fills in a visit: two, each saving all that it shows, would undo each other. */

/** A window that was just closed or loaded anew lets go within this time. */
const PATIENCE = 1500
/** In this time the window that is robbed saves what it still had on its screen. */
export const LAST_WORDS = 400

/**
 * The way to let go again; null while another window has it. `take` takes it from that window,
 * which is told by its `lost`.
 */
export function hold(rec: string, lost: () => void, take = false): Promise<(() => void) | null> {
  const locks = navigator.locks
  if (!locks) return Promise.resolve(() => undefined)
  return new Promise((told) => {
    const giveUp = new AbortController()
    const timer = setTimeout(() => giveUp.abort(), PATIENCE)
    let held = false
    const kept = () => new Promise<void>((release) => {
      clearTimeout(timer)
      held = true
      told(release)
    })
    const options = take ? { steal: true } : { signal: giveUp.signal }
    locks.request(`ruhu-fill/${rec}`, options, kept).catch(() => (held ? lost() : told(null)))
  })
}

export const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))
