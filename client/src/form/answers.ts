/**
 * Answers out of the engine. What a person did not touch comes back exactly as it went in: the
 * engine prints 36000 as 36000.0, and an op must carry what changed and nothing else.
 */
import { questionAt } from '../core/definition'
import { definitionPath, rowsAround, split } from '../core/paths'
import { asText, fromText, isFile } from '../core/values'
import type { Definition, Draft, Flat, Value } from '../core/types'
import type { FormNode } from './node'
import type { Tree } from './tree'

export class Answers {
  private readonly known = new Map<string, { text: string; value: Value }>()

  constructor(private readonly definition: Definition) {}

  /** From now on this text of the engine means this value. */
  remember(path: string, node: FormNode, value: Value): void {
    this.known.set(path, { text: node.currentState.instanceValue, value })
  }

  /** All answers of a draft just restored, calculations excepted: those the engine makes anew. */
  rememberAll(tree: Tree, values: Flat): void {
    for (const [path, node] of tree.answers) {
      const value = values[path]
      const made = questionAt(this.definition, path)?.calculated
      if (value !== undefined && value !== null && !made) this.remember(path, node, value)
    }
  }

  value(path: string, node: FormNode): Value {
    const text = node.currentState.instanceValue
    const known = this.known.get(path)
    if (known && known.text === text) return known.value
    const type = questionAt(this.definition, path)?.type ?? 'text'
    return node.nodeType === 'upload' ? null : fromText(type, text)
  }

  /** What of the draft is answered now, and which answers are only kept. */
  read(tree: Tree, draft: Draft): { values: Flat; hidden: string[] } {
    const values: Flat = {}
    const hidden: string[] = []
    for (const [path, old] of Object.entries(draft.values)) {
      if (!this.stays(path, tree, draft)) continue
      values[path] = old
      if (questionAt(this.definition, path) && tree.answers.has(path)) hidden.push(path)
    }
    for (const [path, node] of tree.answers) {
      if (!node.currentState.relevant || !this.isQuestion(path)) continue
      const value = this.value(path, node)
      if (value !== null) values[path] = value
    }
    return { values, hidden }
  }

  /** Kept as it is: hidden by an answer elsewhere, or unknown to this version of the form. */
  private stays(path: string, tree: Tree, draft: Draft): boolean {
    const node = tree.answers.get(path)
    if (node) return !node.currentState.relevant
    return rowsAround(path).map(split).every(({ repeat, row }) =>
      repeat === null || row === null || (draft.rows[repeat] ?? []).includes(row))
  }

  private isQuestion(path: string): boolean {
    const question = questionAt(this.definition, path)
    return question !== undefined && question.type !== 'note'
  }
}

/** Gives an answer to the engine in its own words; false when it does not take it. */
export function give(node: FormNode, value: Value, stub: (name: string) => File): boolean {
  const text = asText(value)
  if (node.nodeType === 'upload') node.setValue?.(isFile(value) ? stub(value.name || 'photo') : null)
  else if (node.nodeType === 'trigger') node.setValue?.(text === 'OK')
  else if (node.nodeType === 'select') node.selectValues?.(names(value))
  else node.setValue?.(text)
  return text === '' || node.currentState.instanceValue !== ''
}

const names = (value: Value): string[] =>
  Array.isArray(value) ? value : value === null ? [] : [String(value)]

/** `people/members/birth` of a flat path in whichever row. */
export const questionPath = definitionPath
