/** A household as the list shows it. */
import { initials } from '../core/initials'
import type { HouseholdRow, Mirrored } from '../core/types'
import type { Known } from './known'

export function row(
  household: Mirrored, known: Known, visit: HouseholdRow['visit'] | undefined,
): HouseholdRow {
  const { hh_code = '', head_name = '', group_name = '' } = household.doc.set ?? {}
  const summary = known.summaries.get(household.id)?.doc
  return {
    id: household.id,
    code: String(hh_code),
    head: String(head_name),
    group: String(group_name || household.area),
    initials: initials(String(head_name)),
    visit: visit ?? null,
    summary: summary?.state ?? null,
    lastAt: summary?.at ?? null,
  }
}
