/** A form as pages: one section each, its repeats inside, in the order of the form. */
import { definitionPath, join } from '../core/paths'
import type { Question, Section } from '../core/types'
import type { FormNode } from './node'
import type { FormSession } from './session'

/** A question outside repeats, or the whole of a repeat. */
export type Item = { path: string; question: Question } | { repeat: Section }

export interface Page {
  section: Section
  items: Item[]
}

const UNSEEN = new Set(['hidden'])

export function pagesOf(session: FormSession): Page[] {
  return allPages(session).filter((page) => isOpen(session, page.section.path) && hasSomething(session, page))
}

const cache = new WeakMap<object, Page[]>()

/** Every page, those hidden at the moment too. */
function allPages(session: FormSession): Page[] {
  const { definition } = session.form
  const known = cache.get(definition)
  if (known) return known
  const made = definition.sections
    .filter((section) => !isInner(section, definition.sections))
    .map((section) => ({ section, items: itemsOf(section, definition.sections, definition.questions) }))
  const loose = definition.questions.filter((question) => !question.section && !UNSEEN.has(question.type))
  if (loose.length) made.unshift({ section: { path: '', label: definition.title }, items: plain(loose) })
  cache.set(definition, made)
  return made
}

const plain = (questions: Question[]): Item[] =>
  questions.map((question) => ({ path: question.path, question }))

/** A repeat inside another section is shown there. */
const isInner = (section: Section, all: Section[]) =>
  all.some((other) => other !== section && section.path.startsWith(`${other.path}/`))

function itemsOf(section: Section, sections: Section[], questions: Question[]): Item[] {
  const items: Item[] = []
  const seen = new Set<string>()
  for (const question of questions) {
    const within = question.section === section.path || question.section?.startsWith(`${section.path}/`)
    if (!within || UNSEEN.has(question.type)) continue
    if (!question.repeat) items.push({ path: question.path, question })
    else if (!seen.has(question.repeat)) {
      seen.add(question.repeat)
      const repeat = sections.find((one) => one.path === question.repeat)
      items.push({ repeat: repeat ?? { path: question.repeat, label: {}, repeat: true } })
    }
  }
  return items
}

/** Groups hide what is in them; a section that is no group of the form is always open. */
export function isOpen(session: FormSession, path: string): boolean {
  const holder = session.tree.value.holders.get(path)
  return holder ? holder.currentState.relevant : true
}

export const isShown = (node: FormNode | undefined): node is FormNode =>
  node !== undefined && node.currentState.relevant

function hasSomething(session: FormSession, page: Page): boolean {
  return page.items.some((item) => 'repeat' in item || isAskable(session, item.path, item.question))
}

/** A calculation without words is not for eyes. */
export function isAskable(session: FormSession, path: string, question: Question): boolean {
  if (question.calculated && !question.label) return false
  return isShown(session.node(path))
}

/** Which of these pages asks a path's question; -1 when it is hidden now. */
export function pageOf(pages: Page[], path: string): number {
  return pages.findIndex((page) => definitionPath(path).startsWith(`${page.section.path}/`))
}

/** The flat paths of a page's questions as they stand, rows included. */
export function pathsOf(session: FormSession, page: Page): string[] {
  return page.items.flatMap((item) => {
    if ('repeat' in item) return rowPaths(session, item.repeat.path)
    return isAskable(session, item.path, item.question) ? [item.path] : []
  })
}

export function rowPaths(session: FormSession, repeat: string): string[] {
  return (session.draft.rows[repeat] ?? []).flatMap((row) => pathsInRow(session, repeat, row))
}

export function pathsInRow(session: FormSession, repeat: string, row: string): string[] {
  const inner = session.form.definition.questions.filter(
    (question) => question.repeat === repeat && !UNSEEN.has(question.type),
  )
  return inner
    .map((question) => join(repeat, row, question.path.slice(repeat.length + 1)))
    .filter((path) => isShown(session.node(path)))
}
