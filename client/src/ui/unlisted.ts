/** Households that are not on the list: begun here, and found again here until they are on it. */
import type { Draft, Form, HouseholdRow, Phone } from '../core/types'

type Visits = Awaited<ReturnType<Phone['visits']>>

const NOT_LISTED = 'not_listed'

/** The visit says by itself how it came about, where the form has a word for that. */
export async function beginUnlisted(phone: Phone): Promise<Draft> {
  const draft = await phone.openUnlisted()
  const form = await phone.form(draft.form, draft.form_v)
  const path = form ? outcomeOf(form) : undefined
  if (path) {
    draft.values[path] = NOT_LISTED
    await phone.saveDraft(draft)
  }
  return draft
}

function outcomeOf({ definition }: Form): string | undefined {
  const lists = Object.entries(definition.choices)
  const named = lists.filter(([, choices]) => choices.some((choice) => choice.name === NOT_LISTED))
  return definition.questions.find((one) => named.some(([list]) => list === one.choices))?.path
}

export function offList(visits: Visits, rows: HouseholdRow[]): Visits {
  const known = new Set(rows.map((row) => row.id))
  const ofHouseholds = visits.filter((visit) => visit.subject === 'household' && !visit.trial)
  return ofHouseholds.filter((visit) => !known.has(visit.unit) && visit.status.state !== 'approved')
}
