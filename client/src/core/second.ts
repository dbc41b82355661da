/** Whether somebody else was at a household a few days ago, by what the last visit's summary tells. */

/** Until the server has told the office's own figure. */
export const DAYS = 7
const DAY = 86_400_000

export interface Earlier {
  by: string
  at: string
}

/** Two visits in a week cost a family two mornings. A door at which nobody was home cost none. */
export function earlier(
  summary: Record<string, unknown> | null, me: string | undefined, now: number, days = DAYS,
): Earlier | null {
  if (!summary || summary.outcome === 'nobody_home' || summary.state === 'away') return null
  const by = String(summary.by ?? '')
  const at = String(summary.at ?? '')
  const ago = now - Date.parse(at)
  return by && by !== me && ago >= 0 && ago <= days * DAY ? { by, at } : null
}
