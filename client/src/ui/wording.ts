/** Values as a person reads them, and states as the phone says them. */
import type { Definition, HouseholdRow, Question, Value, VisitStatus } from '../core/types'
import { isFile, isMapping } from '../core/values'
import { said, t, type Key } from '../i18n'
import { amount, day, listed, when } from './when'

export function choiceLabel(definition: Definition | undefined, list: string | undefined, name: string): string {
  const found = definition?.choices[list ?? '']?.find((choice) => choice.name === name)
  return found ? said(found.label, name) : name
}

export function readable(definition: Definition | undefined, question: Question | undefined, value: Value | undefined): string {
  if (value === null || value === undefined || value === '') return ''
  if (Array.isArray(value)) return listed(value.map((name) => choiceLabel(definition, question?.choices, name)))
  if (typeof value === 'number') return amount(value)
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (isFile(value)) return when(value.taken_at)
  if (typeof value !== 'string') return isMapping(value) ? placeText(value) : ''
  if (question?.type === 'date') return day(value)
  if (question?.type === 'dateTime') return when(value)
  if (question?.type === 'acknowledge') return t('yes')
  return question?.choices ? choiceLabel(definition, question.choices, value) : value
}

/** The same where anybody may look over the shoulder: id numbers, phones and the like are masked. */
export function discreet(definition: Definition | undefined, question: Question | undefined, value: Value | undefined): string {
  const text = readable(definition, question, value)
  return text && isSecret(question) ? masked(text) : text
}

export const isSecret = (question: Question | undefined): boolean => question?.sensitivity === 'P1'

export function placeText(place: { lat?: unknown; lon?: unknown }): string {
  return t('place_at', { lat: Number(place.lat).toFixed(5), lon: Number(place.lon).toFixed(5) })
}

export interface Chip {
  state: string
  text: string
}

export function visitChip(status: VisitStatus): Chip {
  const counts = { sent: status.photosSent, all: status.photos }
  return { state: status.state, text: t(`s_${status.state}` as Key, counts) }
}

const KNOWN = new Set(['received', 'returned', 'approved', 'away'])

/** This phone's own visit says most; else the office's word on anybody's last visit. */
export function rowChip(row: HouseholdRow): Chip {
  if (row.visit) return visitChip(row.visit.status)
  const state = row.summary && KNOWN.has(row.summary) ? row.summary : 'not_visited'
  return { state, text: t(`s_${state}` as Key) }
}

/** What a state means; forms that nobody reviews are through once they arrived. */
export function explained(status: VisitStatus, reviewed: boolean): string {
  if (status.state === 'received' && !reviewed) return t('x_arrived')
  return t(`x_${status.state}` as Key, { sent: status.photosSent, all: status.photos })
}

/** 12 stars would say nothing; the last four let a person compare. */
export function masked(text: string): string {
  return text.length <= 4 ? '••••' : '•'.repeat(Math.min(8, text.length - 4)) + text.slice(-4)
}
