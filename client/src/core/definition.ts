/** Questions of a form by their paths. */
import { definitionPath } from './paths'
import type { Definition, Question } from './types'

export type TypeOf = (flat: string) => string

const known = new WeakMap<Definition, Map<string, Question>>()

/** The question that a flat path answers. */
export function questionAt(definition: Definition, flat: string): Question | undefined {
  let byPath = known.get(definition)
  if (!byPath) {
    byPath = new Map(definition.questions.map((question) => [question.path, question]))
    known.set(definition, byPath)
  }
  const found = byPath.get(flat)
  if (found || !flat.includes('[')) return found
  const asked = byPath.get(definitionPath(flat))
  if (asked) byPath.set(flat, asked) // in rows too a key asks for every path
  return asked
}

/** The type of what a path holds; what the form does not know is text. */
export function typesOf(definition: Definition | null): TypeOf {
  return (flat) => (definition && questionAt(definition, flat)?.type) || 'text'
}

export function repeatsOf(definition: Definition): string[] {
  return definition.sections.filter((section) => section.repeat).map((section) => section.path)
}
