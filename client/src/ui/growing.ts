/** A long list, as far down as a person has come: two thousand rows at once hold a phone up. */
import { computed, onScopeDispose, ref, useTemplateRef, watch, type Ref } from 'vue'

const STEP = 40
/** Pixels below the screen in which the next rows are already there. */
const AHEAD = '1200px'

export function useGrowing<T>(all: Ref<T[]>, anew: Ref<unknown>) {
  const reached = ref(STEP)
  /** `ref="end"` stands at the end of the rows while some are missing. */
  const end = useTemplateRef<HTMLElement>('end')
  const shown = computed(() => all.value.slice(0, reached.value))
  const isMore = computed(() => reached.value < all.value.length)

  const near = new IntersectionObserver(
    (seen) => {
      if (seen.some((one) => one.isIntersecting)) reached.value += STEP
    },
    { rootMargin: AHEAD },
  )
  // After each step it is looked for anew: it may still be near, and nothing would say so.
  watch([end, reached], () => {
    near.disconnect()
    if (end.value) near.observe(end.value)
  }, { flush: 'post' })
  watch(anew, () => (reached.value = STEP))
  onScopeDispose(() => near.disconnect())
  return { shown, isMore }
}
