/** Which forms a person may begin, and whom each is about. */
import type { Mirrored, Offer, Subject, Told } from './types'

/** The version of a draft: no published one has such a name, and each upload is another. */
export const trialVersion = (draft: Told): string => `draft:${draft.sha256.slice(0, 12)}`

export const isTrial = (version: string): boolean => version.startsWith('draft:')

export const ANSWER = 'finding_reply'
/** Forms that something else opens, which fills in what they are about: a finding, a drawn visit. */
const BESIDE = new Set([ANSWER, 'back_check'])

/** Published forms that are not retired, then drafts to be tried; by title, visits first. */
export function offers(published: Mirrored[], drafts: Told[]): Offer[] {
  const open = published.map(({ doc }) => doc as Told).filter((told) => !told.retired && !BESIDE.has(told.form))
  const real = open.map((told) => offer(told, told.version, false))
  const trials = drafts.map((told) => offer(told, trialVersion(told), true))
  return [...real.sort(order), ...trials.sort(order)]
}

const order = (one: Offer, other: Offer) =>
  Number(other.visit) - Number(one.visit) || (one.form < other.form ? -1 : 1)

function offer(told: Told, version: string, trial: boolean): Offer {
  const { form, title = {}, visit = false } = told
  return { form, version, title, subject: subjectOf(told), visit, trial }
}

export const subjectOf = (told: Pick<Told, 'subject'>): Subject => told.subject ?? 'household'
