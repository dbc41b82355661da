/** What every widget is given, and the two things it does: look and answer. */
import { computed, inject } from 'vue'
import type { Question, Value } from '../../core/types'
import { VISIT } from '../current'

export interface FieldProps {
  path: string
  question: Question
  /** Ids of what names and explains this field, for readers that speak. */
  labelled: string
  described: string
}

export function useVisit() {
  const visit = inject(VISIT)
  if (!visit) throw new Error('no visit is open')
  return visit
}

export function useField(props: FieldProps) {
  const { session } = useVisit()
  const node = computed(() => session.node(props.path))
  // Reads through the engine's state, so a change there is seen here.
  const value = computed<Value>(() => (node.value?.currentState.instanceValue, session.value(props.path)))
  const set = (next: Value): boolean => {
    const taken = session.set(props.path, next)
    session.touched.add(props.path)
    return taken
  }
  const leave = () => session.touched.add(props.path)
  const readOnly = computed(() => node.value?.currentState.readonly ?? false)
  return { session, node, value, set, leave, readOnly }
}
