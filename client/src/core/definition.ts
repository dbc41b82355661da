/** Questions of a form by their paths. */
import { definitionPath, join } from './paths'
import type { Definition, Question } from './types'

/** {flat path of a repeat: row ids in their order} */
export type RowOrder = Record<string, string[]>

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

/** Every repeat, an outer one before those in it. */
export function repeatsOf(definition: Definition): string[] {
  const found = definition.sections.filter((section) => section.repeat).map((section) => section.path)
  return found.sort((one, other) => one.length - other.length)
}

/** The repeats around a path of the form, the outermost first. */
export function repeatsAround(definition: Definition, path: string): string[] {
  return repeatsOf(definition).filter((repeat) => path.startsWith(`${repeat}/`))
}

/** The rows of every repeat by its flat path; `rowsAt` tells those of one of them. */
export function rowOrder(definition: Definition, rowsAt: (repeat: string) => string[]): RowOrder {
  const order: RowOrder = {}
  const known = new Map([['', ['']]])
  for (const repeat of repeatsOf(definition)) {
    const outer = repeatsAround(definition, repeat).at(-1) ?? ''
    const inner = outer ? repeat.slice(outer.length + 1) : repeat
    const starts: string[] = []
    for (const start of known.get(outer) ?? []) {
      const rows = (order[start + inner] = rowsAt(start + inner))
      starts.push(...rows.map((row) => `${join(start + inner, row, '')}/`))
    }
    known.set(repeat, starts)
  }
  return order
}
