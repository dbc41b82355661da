/** A new visit's answers from the register, as data: a position never stands for a person. */
import { repeatsAround } from './definition'
import { rowId } from './ids'
import { join } from './paths'
import type { Definition, Flat, Mirrored, Question } from './types'

export interface Prefilled {
  values: Flat
  /** {entity id: version}: which versions the form was filled from. */
  seen: Record<string, number>
  /** Row ids of each repeat, in the register's order. */
  rows: Record<string, string[]>
}

export function prefilled(
  form: Definition,
  household: Mirrored,
  members: Mirrored[],
): Prefilled {
  const made: Prefilled = {
    values: { [form.unit_path]: household.id },
    seen: { [household.id]: household.v },
    rows: {},
  }
  const questions = form.questions.filter(isRegistered)
  for (const question of questions) {
    if (question.dataset === 'household') copy(made.values, question.path, household, question)
  }
  for (const { dataset, container } of form.entities) {
    if (dataset !== 'member' || !container) continue
    if (repeatsAround(form, container).length) continue // nobody knows in which outer row
    const inner = questions.filter((question) => question.repeat === container)
    for (const member of members) memberRow(made, container, inner, member)
  }
  return made
}

/** Each member in a row whose id follows from the member's own, whatever the order of rows. */
function memberRow(made: Prefilled, repeat: string, questions: Question[], member: Mirrored) {
  made.seen[member.id] = member.v
  const row = rowId(member.id)
  ;(made.rows[repeat] ??= []).push(row)
  for (const question of questions) {
    const path = join(repeat, row, question.path.slice(repeat.length + 1))
    if (question.dataset === 'member') copy(made.values, path, member, question)
    else if (question.type === 'hidden' && !question.rule) made.values[path] = member.id
  }
}

/**
 * What each visit finds anew (policy `latest`) is no fact about the household: how the last visit
 * went must not stand there as the answer of this one. Totals are reckoned, never carried over.
 */
const isRegistered = ({ calculated, policy }: Question) => !calculated && policy !== 'latest'

function copy(values: Flat, path: string, entity: Mirrored, question: Question): void {
  const known = question.save_to ? entity.doc.set?.[question.save_to] : null
  if (known !== null && known !== undefined) values[path] = known
}
