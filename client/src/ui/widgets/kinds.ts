/** Which widget asks a question. A type nobody here knows is named, never dropped. */
import type { Component } from 'vue'
import type { Definition, Question } from '../../core/types'
import Acknowledge from './Acknowledge.vue'
import DayField from './DayField.vue'
import MissingField from './MissingField.vue'
import MomentField from './MomentField.vue'
import NoteText from './NoteText.vue'
import NumberField from './NumberField.vue'
import PhotoField from './PhotoField.vue'
import PlaceField from './PlaceField.vue'
import ResultLine from './ResultLine.vue'
import SelectMany from './SelectMany.vue'
import SelectOne from './SelectOne.vue'
import SignField from './SignField.vue'
import TextField from './TextField.vue'
import ToggleChip from './ToggleChip.vue'
import UnknownType from './UnknownType.vue'
import WarnText from './WarnText.vue'

export interface Kind {
  widget: Component
  /** Says its own label. */
  bare?: boolean
}

const KINDS: Record<string, Kind> = {
  text: { widget: TextField },
  barcode: { widget: TextField },
  integer: { widget: NumberField },
  decimal: { widget: NumberField },
  date: { widget: DayField },
  time: { widget: DayField },
  dateTime: { widget: MomentField },
  select_multiple: { widget: SelectMany },
  geopoint: { widget: PlaceField },
  acknowledge: { widget: Acknowledge, bare: true },
  note: { widget: NoteText, bare: true },
  calculate: { widget: ResultLine, bare: true },
}

export function kindOf(question: Question, definition: Definition): Kind {
  if (question.missing) return { widget: MissingField, bare: true }
  if (question.rule && question.type === 'note') return { widget: WarnText, bare: true }
  if (question.calculated) return { widget: ResultLine, bare: true }
  if (question.type === 'select_one') return selectKind(question, definition)
  if (question.type === 'image') return { widget: isSignature(question) ? SignField : PhotoField }
  return KINDS[question.type] ?? { widget: UnknownType }
}

export const isSignature = (question: Question): boolean =>
  question.photo_role === 'signature' || !!question.appearance?.includes('signature')

function selectKind(question: Question, definition: Definition): Kind {
  const one = definition.choices[question.choices ?? '']?.length === 1
  if (one && question.appearance?.includes('minimal')) return { widget: ToggleChip, bare: true }
  return { widget: SelectOne }
}
