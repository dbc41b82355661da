/** Topics of a form: answers closed together by "asked through, nothing changed". */
import { questionAt } from './definition'
import type { Definition, Flat, Question } from './types'

/** What the person at the door confirmed, path by path: said again by an op, see the protocol. */
export function confirmed(definition: Definition, values: Flat): string[] {
  return Object.keys(values).filter((path) => {
    const question = questionAt(definition, path)
    return question?.closed_by !== undefined && values[question.closed_by] === 'yes'
  })
}

export const closedBy = (definition: Definition, toggle: string): Question[] =>
  definition.questions.filter((question) => question.closed_by === toggle)
