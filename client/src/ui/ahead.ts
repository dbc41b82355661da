/** The form's screen brings the engine with it: lists do not wait for it, and it comes ahead. */
import { onMounted, onScopeDispose } from 'vue'

const CALM = 300

export const fillScreen = () => import('./screens/Fill.vue')

/**
 * Read while a person reads: from a household or a visit the next step is often its form. Only
 * from what is kept on the phone: a browser may remember a file that did not come as lost.
 */
export function useFormAhead(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  onMounted(() => {
    if (navigator.serviceWorker?.controller) timer = setTimeout(() => void fillScreen(), CALM)
  })
  onScopeDispose(() => clearTimeout(timer))
}
