/** What went wrong, in a sentence that says what to do. */
import { Trouble, type TroubleCode } from '../core/types'
import { isFull } from '../form/autosave'
import { t, type Key } from '../i18n'

const WITH_CERTIFICATE = new Set<TroubleCode>(['offline'])

/** Refusals of this phone itself, which have a sentence of their own. */
const OWN: Record<string, Key> = {
  no_form: 'form_missing',
  form_retired: 'form_retired',
  household_gone: 'household_gone',
  visit_gone: 'visit_gone',
  village_gone: 'village_gone',
}

export function sentence(code: TroubleCode, detail = '', retryAfter = 0): string {
  if (code === 'refused' && OWN[detail]) return t(OWN[detail])
  const wait = retryAfter > 90 || !retryAfter
    ? t('minutes', { n: Math.max(1, Math.ceil(retryAfter / 60)) })
    : t('seconds', { n: retryAfter })
  return t(`t_${code}` as Key, { detail, wait })
}

export function sentenceOf(error: unknown): string {
  if (error instanceof Trouble) return sentence(error.code, error.detail, error.retryAfter)
  if (isFull(error)) return t('t_storage_full')
  return t('something_wrong', { what: error instanceof Error ? error.message : String(error) })
}

/** The fault may be that the phone does not trust the server: browsers do not tell the two apart. */
export const mayBeCertificate = (error: unknown): boolean =>
  error instanceof Trouble && WITH_CERTIFICATE.has(error.code)

export const inWeChat = (): boolean => /MicroMessenger/i.test(navigator.userAgent)
