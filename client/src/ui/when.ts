/** Moments and amounts as people say them. */
import { lang, t } from '../i18n'

const locale = () => (lang.value === 'zh' ? 'zh-CN' : 'en-GB')

/** Each made once: making one takes a cheap phone longer than showing a row of a list. */
function once<T>(make: (locale: string, kind: string) => T): (kind: string) => T {
  const made = new Map<string, T>()
  return (kind) => {
    const key = locale() + kind
    let known = made.get(key)
    if (!known) made.set(key, (known = make(locale(), kind)))
    return known
  }
}

const moments = once((where, kind) => new Intl.DateTimeFormat(where, JSON.parse(kind)))
const format = (options: Intl.DateTimeFormatOptions) => moments(JSON.stringify(options))
const daysAgo = once((where) => new Intl.RelativeTimeFormat(where, { numeric: 'auto' }))
const amounts = once((where) => new Intl.NumberFormat(where, { maximumFractionDigits: 2 }))

const dayOf = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()

/** "今天 09:30", "11月20日 14:05"; with the year when it is another one. */
export function when(iso: string | null | undefined): string {
  const date = new Date(iso ?? '')
  if (Number.isNaN(date.getTime())) return ''
  return `${day(iso)} ${clock(date)}`
}

export function day(iso: string | null | undefined): string {
  const date = new Date(iso ?? '')
  if (Number.isNaN(date.getTime())) return ''
  const gap = Math.round((dayOf(new Date()) - dayOf(date)) / 86_400_000)
  if (gap === 0 || gap === 1) return daysAgo('').format(-gap, 'day')
  const year = date.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' as const }
  return format({ month: lang.value === 'zh' ? 'long' : 'short', day: 'numeric', ...year }).format(date)
}

const clock = (date: Date) => format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(date)

/** 1.2 MB, 640 KB. */
export function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(0, Math.round(bytes / 1000))} KB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`
}

/** 甲、乙 in Chinese; A, B in English. */
export const listed = (words: string[]): string => words.join(lang.value === 'zh' ? '、' : ', ')

export function amount(value: number): string {
  return amounts('').format(value)
}

export function age(birth: unknown): number | null {
  const born = new Date(typeof birth === 'string' ? birth : '')
  if (Number.isNaN(born.getTime())) return null
  const now = new Date()
  const before = now.getMonth() * 31 + now.getDate() < born.getMonth() * 31 + born.getDate()
  return now.getFullYear() - born.getFullYear() - (before ? 1 : 0)
}

/** How far a clock is off, from milliseconds. */
export function span(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000)
  if (minutes < 120) return t('minutes', { n: minutes })
  if (minutes < 48 * 60) return t('clock_hours', { n: Math.round(minutes / 60) })
  return t('clock_days', { n: Math.round(minutes / 1440) })
}
