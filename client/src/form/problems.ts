/** What is missing or does not fit, question by question, in the form's own words. */
import { computed, type ComputedRef } from 'vue'
import { beside } from '../core/paths'
import type { Words } from '../core/types'
import type { FormSession } from './session'
import { pagesOf, pathsOf, type Page } from './pages'

export interface Problem {
  path: string
  kind: 'missing' | 'wrong'
  /** The form's own sentence, if it has one. */
  message: string
}

export function problemAt(session: FormSession, path: string): Problem | null {
  const node = session.node(path)
  const violation = node?.currentState.relevant ? node.validationState.violation : null
  if (!violation) return null
  const kind = violation.condition === 'required' ? 'missing' : 'wrong'
  return { path, kind, message: violation.message?.asString ?? '' }
}

/** Named to the person: after they were there, or once the last page asked for everything. */
export function shownProblem(session: FormSession, path: string): Problem | null {
  return session.asked.value || session.touched.has(path) ? problemAt(session, path) : null
}

/** What the pack's rules point out: nothing that must be mended. Paths of the questions meant. */
export function warningsOn(session: FormSession, page: Page): { path: string; text: Words }[] {
  return pathsOf(session, page).flatMap((path) => {
    const question = session.question(path)
    if (!question?.rule || question.type !== 'note') return []
    return [{ path: question.about ? beside(path, question.about) : path, text: question.label ?? {} }]
  })
}

export interface PageState {
  page: Page
  problems: Problem[]
  started: boolean
}

type States = WeakMap<Page, ComputedRef<PageState>>

const known = new WeakMap<FormSession, States>()

/** Of the pages that are open now. A key changes one of them: the others stand as they were. */
export function pageStates(session: FormSession): PageState[] {
  const states: States = known.get(session) ?? new WeakMap()
  known.set(session, states)
  return pagesOf(session).map((page) => {
    const state = states.get(page) ?? computed(() => stateOf(session, page))
    states.set(page, state)
    return state.value
  })
}

function stateOf(session: FormSession, page: Page): PageState {
  void session.tree.value // rows that come and go
  const paths = pathsOf(session, page)
  const problems = paths.map((path) => problemAt(session, path)).filter((one) => one !== null)
  const started = paths.some((path) => session.value(path) !== null)
  return { page, problems, started }
}
