/** A form as pages: one section each, its repeats inside, in the order of the form. */
import { repeatsAround } from '../core/definition'
import { definitionPath, join } from '../core/paths'
import type { Question, Section } from '../core/types'
import type { FormNode } from './node'
import type { FormSession } from './session'

/** A question by its path, or the whole of a repeat. */
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
    .map((section) => ({ section, items: itemsOf(session, section) }))
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

const itemsOf = (session: FormSession, section: Section): Item[] =>
  gathered(session, (question) =>
    question.section === section.path || !!question.section?.startsWith(`${section.path}/`), 0)

const inRows = new WeakMap<object, Map<string, Item[]>>()

/** What each row of a repeat asks, by the form's own paths; a repeat in it stands as one item. */
export function itemsInRow(session: FormSession, repeat: string): Item[] {
  const { definition } = session.form
  const known = inRows.get(definition) ?? new Map<string, Item[]>()
  inRows.set(definition, known)
  const path = definitionPath(repeat)
  const made = known.get(path) ?? gathered(session, (question) =>
    question.path.startsWith(`${path}/`), repeatsAround(definition, path).length + 1)
  known.set(path, made)
  return made
}

/** Questions in `depth` repeats as they are; of those in more the repeat, once. */
function gathered(session: FormSession, belongs: (question: Question) => boolean, depth: number): Item[] {
  const { definition } = session.form
  const items: Item[] = []
  const seen = new Set<string>()
  for (const question of definition.questions) {
    if (UNSEEN.has(question.type) || !belongs(question)) continue
    const path = question.repeat && repeatsAround(definition, question.path)[depth]
    if (!path) items.push({ path: question.path, question })
    else if (!seen.has(path)) {
      seen.add(path)
      const repeat = definition.sections.find((one) => one.path === path)
      items.push({ repeat: repeat ?? { path, label: {}, repeat: true } })
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

/** Of a repeat by its flat path; those of repeats in the row as well. */
export function pathsInRow(session: FormSession, repeat: string, row: string): string[] {
  return itemsInRow(session, repeat).flatMap((item) => {
    const path = inRow(repeat, row, 'repeat' in item ? item.repeat.path : item.path)
    if ('repeat' in item) return rowPaths(session, path)
    return isShown(session.node(path)) ? [path] : []
  })
}

/** The flat path of what a row of a repeat, by its flat path, asks. */
export const inRow = (repeat: string, row: string, path: string): string =>
  join(repeat, row, path.slice(definitionPath(repeat).length + 1))
