/** A household's facts at a glance, as far as the register has them. */
import type { Definition, Mirrored } from '../core/types'
import { t, type Key } from '../i18n'
import { amount } from './when'
import { choiceLabel } from './wording'

export interface Fact {
  label: string
  text: string
  secret: boolean
}

const ORDER = [
  'category', 'registered_address', 'actual_address', 'phone', 'size', 'per_capita',
  'housing_grade', 'water_source', 'bank_account',
] as const
const SECRET = new Set(['phone', 'bank_account', 'id_number'])
const MONEY = new Set(['per_capita'])

export function factsOf(record: Mirrored, form: Definition | undefined): Fact[] {
  const set: Record<string, unknown> = record.doc.set ?? {}
  return ORDER.filter((name) => set[name] !== undefined && set[name] !== null && set[name] !== '').map((name) => ({
    label: t(`f_${name}` as Key),
    text: textOf(name, set[name], form),
    secret: SECRET.has(name),
  }))
}

function textOf(name: string, value: unknown, form: Definition | undefined): string {
  if (typeof value === 'number') return MONEY.has(name) ? t('yuan', { n: amount(value) }) : amount(value)
  const list = form?.questions.find((question) => question.save_to === name)?.choices
  return list ? choiceLabel(form, list, String(value)) : String(value)
}

export function memberWord(member: Mirrored, form: Definition | undefined, property: string): string {
  const value = member.doc.set?.[property]
  if (value === undefined || value === null) return ''
  const question = form?.questions.find((one) => one.dataset === 'member' && one.save_to === property)
  return choiceLabel(form, question?.choices, String(value))
}
