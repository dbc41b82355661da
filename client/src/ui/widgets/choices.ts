/** The choices of a question as the engine allows them now, in the form's own words. */
import type { Definition, Question } from '../../core/types'
import type { FormNode, Text } from '../../form/node'
import { lang, said } from '../../i18n'

export interface Choice {
  name: string
  label: string
  /** The engine's own words, which may have a picture beside them. */
  text?: Text | null
}

export function choicesOf(definition: Definition, question: Question, node: FormNode | undefined): Choice[] {
  const allowed = node?.currentState.valueOptions
  const words = definition.choices[question.choices ?? ''] ?? []
  if (!allowed) return words.map(({ name, label }) => ({ name, label: said(label, name) }))
  return allowed.map(({ value, label }) => {
    const known = words.find((choice) => choice.name === value)
    return { name: value, label: known ? said(known.label, value) : (label?.asString ?? value), text: label }
  })
}

/** Short words stand two in a row, long ones each on a line. */
export function isShort(choices: Choice[]): boolean {
  const most = lang.value === 'zh' ? 6 : 13
  return choices.length > 1 && choices.every((choice) => choice.label.length <= most)
}
