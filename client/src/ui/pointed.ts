/** Questions that the office points at: their words, and where in the form they stand. */
import { questionAt } from '../core/definition'
import { beside, definitionPath, split } from '../core/paths'
import { same } from '../core/values'
import type { Definition, Draft, Value } from '../core/types'
import { said, t } from '../i18n'

/** "李梅：出生日期" in a row; the question's own words outside. A path is no word for a person. */
export function pathWords(definition: Definition | undefined, draft: Draft | null, path: string): string {
  const { repeat, row, path: inRow } = split(path)
  const asked = definition && (questionAt(definition, path) ?? (inRow === '' && section(definition, repeat)))
  const label = said((asked || undefined)?.label, t('one_question'))
  if (!definition || !repeat || !row) return label
  const inner = definitionPath(repeat)
  const first = definition.questions.find((one) => one.repeat === inner && one.type === 'text')
  const name = first && draft?.values[beside(path, first.path)]
  return name ? t('of_whom', { name: String(name), what: label }) : label
}

/** A row as a whole goes by the name of its section. */
const section = (definition: Definition, repeat: string | null) =>
  definition.sections.find((one) => repeat !== null && one.path === definitionPath(repeat))

/** The first commented question in the order of the form. */
export function firstCommented(definition: Definition | undefined, paths: string[]): string | null {
  if (!definition || !paths.length) return null
  const order = definition.questions.map((question) => question.path)
  const place = (path: string) => order.indexOf(definitionPath(path))
  return [...paths].sort((one, other) => place(one) - place(other))[0]!
}

export interface Change {
  base: Value
  theirs: Value
}

/**
 * What of the office's changes is news to the person: not what they wrote themselves, nor a row
 * that came into the register by their own visit.
 */
export function news(
  all: Record<string, Change>,
  definition: Definition | undefined,
  draft: Draft | null,
): { path: string; change: Change }[] {
  if (!definition || !draft) return []
  return Object.entries(all)
    .map(([path, change]) => ({ path, change }))
    .filter(({ path, change }) => {
      const { repeat, row } = split(path)
      const question = questionAt(definition, path)
      if (!question || question.type === 'hidden') return false
      if (repeat && row && !draft.rows[repeat]?.includes(row)) return false
      return !same(question.type, change.theirs, draft.values[path])
    })
}
