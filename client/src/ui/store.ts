/** The one phone of this app, and the little that all screens watch of it. */
import { onScopeDispose, ref, shallowRef, watch, type ShallowRef } from 'vue'
import type { Identity, Lang, Phone, SyncState } from '../core/types'
import { lang, speak } from '../i18n'

let held: Phone | null = null

export const identity = shallowRef<Identity | null>(null)
/** Bumped whenever the phone says that something changed. */
export const moment = ref(0)
export const sync = shallowRef<SyncState | null>(null)
/** A form is open: no new version may take over now. */
export const filling = ref(false)

export function phone(): Phone {
  if (!held) throw new Error('the phone is not ready')
  return held
}

export function begin(made: Phone): void {
  held = made
  speak(made.lang())
  look()
  made.listen(look)
}

function look(): void {
  identity.value = phone().identity()
  sync.value = { ...phone().state() }
  if (phone().lang() !== lang.value) speak(phone().lang()) // a new person brings their language
  moment.value++
}

export const choose = (next: Lang): Promise<void> => phone().setLang(next)

export const otherLang = (): Lang => (lang.value === 'zh' ? 'en' : 'zh')

/** Asks now and again after every change; the last answer stays on screen until the next. */
export function useAnswer<T>(ask: () => Promise<T>): ShallowRef<T | undefined> {
  const answer = shallowRef<T>()
  let turn = 0
  const run = async () => {
    if (sync.value?.outdated) return // the database is a newer page's now
    const mine = ++turn
    const found = await ask()
    if (mine === turn) answer.value = found
  }
  const calm = throttled(run, 400)
  watch(moment, calm)
  void run()
  onScopeDispose(() => (turn = -1))
  return answer
}

/** At once, then at most every `pause` milliseconds, the last call never lost. */
function throttled(run: () => unknown, pause: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = 0
  return () => {
    if (timer) return
    timer = setTimeout(() => {
      timer = undefined
      last = Date.now()
      void run()
    }, Math.max(0, last + pause - Date.now()))
  }
}
