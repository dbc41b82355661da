/** Flat paths for the engine's nodes; row ids run parallel to the rows the engine holds. */
import { newRowId } from '../core/ids'
import { ROW_ID } from '../core/instance'
import { isRow, join } from '../core/paths'
import { isAnswer, isRepeat, type FormNode } from './node'

export interface Tree {
  /** Answers, by flat path. */
  answers: Map<string, FormNode>
  /** Groups and repeats, by path. */
  holders: Map<string, FormNode>
}

export function treeOf(root: FormNode, rows: Record<string, string[]>): Tree {
  const tree: Tree = { answers: new Map(), holders: new Map() }
  for (const child of childrenOf(root)) walk(tree, child, '', rows)
  return tree
}

export const childrenOf = (node: FormNode): readonly FormNode[] => node.currentState.children ?? []

function walk(tree: Tree, node: FormNode, above: string, rows: Record<string, string[]>): void {
  const path = above + nameOf(node)
  if (isAnswer(node)) {
    tree.answers.set(path, node)
    return
  }
  tree.holders.set(path, node)
  if (isRepeat(node)) walkRows(tree, node, path, rows)
  else for (const child of childrenOf(node)) walk(tree, child, `${path}/`, rows)
}

function walkRows(tree: Tree, range: FormNode, path: string, rows: Record<string, string[]>): void {
  const ids = (rows[path] ??= [])
  childrenOf(range).forEach((row, i) => {
    const id = (ids[i] ??= ownId(row) ?? newRowId())
    for (const child of childrenOf(row)) walk(tree, child, join(path, id, '') + '/', rows)
  })
  ids.length = childrenOf(range).length
}

/** What the form itself says of a row that was just added; forms of old say nothing. */
function ownId(row: FormNode): string | undefined {
  const node = childrenOf(row).find((child) => nameOf(child) === ROW_ID)
  const told = node?.currentState.instanceValue
  return told && isRow(told) ? told : undefined
}

/** The last step of `/data/people/members[2]/birth`. */
function nameOf(node: FormNode): string {
  const last = node.currentState.reference.split('/').pop() ?? ''
  return last.replace(/\[\d+\]$/, '')
}
