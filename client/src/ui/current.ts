/** The visit being filled in, and what stands beside its questions. */
import { shallowRef, type InjectionKey, type ShallowRef } from 'vue'
import type { Flat, HouseholdFacts, Question, Value, VisitStatus } from '../core/types'
import { beside, definitionPath, split } from '../core/paths'
import { closedBy } from '../core/topics'
import type { FormSession } from '../form/session'
import { phone } from './store'

export interface Visit {
  session: FormSession
  household: HouseholdFacts | null
  status: VisitStatus | null
  /** What the office wrote since this edit began, by path. */
  theirs: ShallowRef<Record<string, { base: Value; theirs: Value }>>
}

export const VISIT: InjectionKey<Visit> = Symbol('visit')

export async function openVisit(session: FormSession): Promise<Visit> {
  const { draft } = session
  const [household, status, changed] = await Promise.all([
    phone().household(draft.unit).catch(() => null),
    draft.base ? phone().status(draft.rec) : null,
    phone().changedSince(draft).catch(() => ({})),
  ])
  return { session, household, status, theirs: shallowRef(changed) }
}

/** What the register says at the place of a question; nothing where it says nothing. */
export function registered(visit: Visit, path: string): Value | undefined {
  const question = visit.session.question(path)
  if (!question?.save_to || question.calculated || question.policy === 'latest') return undefined
  const record = question.dataset === 'member' ? memberAt(visit, path) : visit.household?.record
  const value = (record?.doc.set as Flat | undefined)?.[question.save_to]
  return value === null ? undefined : value
}

function memberAt(visit: Visit, path: string) {
  const { repeat } = split(path)
  if (!repeat) return undefined
  const inner = definitionPath(repeat)
  const { questions } = visit.session.form.definition
  const names = questions.filter((one) => one.repeat === inner && one.type === 'hidden')
  const ids = names.map((one) => visit.session.value(beside(path, one.path)))
  return visit.household?.members.find((member) => ids.includes(member.id))
}

/**
 * Whether a question has anything to say to a person: facts of the register where there are none,
 * answers of a closed topic that are blank, and a topic of which nothing is known yet, have not.
 */
export function stands(visit: Visit, path: string, question: Question): boolean {
  const value = visit.session.value(path)
  if (question.read_only && question.type !== 'note' && !question.calculated) return value !== null
  if (question.closed_by && visit.session.value(question.closed_by) === 'yes') return value !== null
  const closes = closedBy(visit.session.form.definition, path)
  return !closes.length || value !== null || closes.some((one) => isKnown(visit, one))
}

function isKnown(visit: Visit, question: Question): boolean {
  if (question.repeat) return !!visit.household?.members.length
  return registered(visit, question.path) !== undefined
}

/** The person of the visit, as well as it is known. */
export function headOf(visit: Visit): string {
  const told = visit.household?.record?.doc.set?.head_name
  const { definition } = visit.session.form
  const question = definition.questions.find((one) => one.save_to === 'head_name')
  const answered = question ? visit.session.value(question.path) : null
  return String(answered ?? told ?? '')
}
