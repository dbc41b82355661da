/** How one path is merged: its policy, its type, whether it is a witness. */
import { definitionPath } from './paths'
import type { Definition, Question, Value } from './types'
import { byCodePoint, choices, number } from './values'

export interface Rule {
  policy: string
  type: string
  calculated: boolean
}

export type Rules = (flat: string) => Rule

/** A path that the definition does not know (an older or newer app): kept, never erased. */
export const UNKNOWN: Rule = { policy: 'first', type: 'text', calculated: false }

export function rulesOf(by: Record<string, Partial<Rule>>): Rules {
  return (flat) => ({ ...UNKNOWN, ...by[definitionPath(flat)] })
}

export function formRules(definition: Definition): Rules {
  return rulesOf(Object.fromEntries(definition.questions.map((q) => [q.path, ruleOf(q)])))
}

function ruleOf(question: Question): Rule {
  return {
    policy: question.policy ?? 'first',
    type: question.type,
    calculated: question.calculated ?? false,
  }
}

export type Decision = { decided: true; value: Value } | { decided: false }

const OPEN: Decision = { decided: false }

/** What a policy that needs no person makes of two values. */
export function combined(rule: Rule, base: Value, standing: Value, later: Value): Decision {
  switch (rule.policy) {
    case 'latest':
      return { decided: true, value: later }
    case 'max':
    case 'min':
      return standing === null || later === null ? OPEN : extreme(rule.policy, standing, later)
    case 'union':
      return { decided: true, value: union(base, standing, later) }
    case 'append':
      return { decided: true, value: appended(standing, later) }
    default:
      return OPEN
  }
}

function extreme(policy: string, standing: Value, later: Value): Decision {
  const order = compared(number(standing), number(later))
  if (order === null) return OPEN
  const takeLater = policy === 'max' ? order < 0 : order > 0
  return { decided: true, value: takeLater ? later : standing }
}

/** Below, at or above zero; null where the two have no order. */
function compared(one: unknown, other: unknown): number | null {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  if (typeof one === 'string' && typeof other === 'string') return byCodePoint(one, other)
  return null
}

/** Three-way: what either side added stays, what either side took away goes. */
function union(base: Value, standing: Value, later: Value): string[] {
  const [before, here, there] = [base, standing, later].map((v) => new Set(choices(v))) as [
    Set<string>, Set<string>, Set<string>,
  ]
  const kept = [...before].filter((name) => here.has(name) && there.has(name))
  const added = [...here, ...there].filter((name) => !before.has(name))
  return choices([...kept, ...added])
}

function appended(standing: Value, later: Value): string {
  return [standing, later].filter((text) => text !== null && text !== '').map(String).join('\n')
}
