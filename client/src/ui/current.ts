/** The visit being filled in, and what stands beside its questions. */
import { shallowRef, type InjectionKey, type ShallowRef } from 'vue'
import { said, t } from '../i18n'
import type { Flat, HouseholdFacts, Listed, Question, Value, Village, VisitStatus } from '../core/types'
import { beside, definitionPath, split } from '../core/paths'
import { closedBy } from '../core/topics'
import type { FormSession } from '../form/session'
import { phone } from './store'

export interface Visit {
  session: FormSession
  household: HouseholdFacts | null
  status: VisitStatus | null
  /** As lists name it, and the village where it is about one. */
  listed: Listed | undefined
  village: Village | undefined
  /** What the office wrote since this edit began, by path. */
  theirs: ShallowRef<Record<string, { base: Value; theirs: Value }>>
}

export const VISIT: InjectionKey<Visit> = Symbol('visit')

export async function openVisit(session: FormSession): Promise<Visit> {
  const { draft } = session
  const [household, status, changed, all, work] = await Promise.all([
    phone().household(draft.unit).catch(() => null),
    draft.base ? phone().status(draft.rec) : null,
    phone().changedSince(draft).catch(() => ({})),
    phone().visits(),
    phone().work(),
  ])
  const listed = all.find((one) => one.rec === draft.rec)
  const village = work.villages.find(({ unit }) => unit === draft.unit)
  return { session, household, status, listed, village, theirs: shallowRef(changed) }
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

/** Whom it is about; a visit has no other name than its household's. */
export function titleOf({ listed, village, ...visit }: Visit): { title: string; under: string } {
  const form = said(visit.session.form.definition.title)
  const head = village ? said(village.name, village.code) : headOf({ listed, village, ...visit })
  if (listed?.visit) return { title: head || t('unlisted_head'), under: '' }
  return head ? { title: head, under: form } : { title: form, under: '' }
}
