/** Short messages at the foot of the screen, and questions that need an answer. */
import { ref, shallowRef } from 'vue'

export const message = ref('')
let timer: ReturnType<typeof setTimeout> | undefined

export function tell(text: string): void {
  message.value = text
  clearTimeout(timer)
  timer = setTimeout(() => (message.value = ''), 4500)
}

export interface Asking {
  title: string
  text?: string
  yes: string
  no?: string
  danger?: boolean
}

export const asking = shallowRef<{ words: Asking; answer: (yes: boolean) => void } | null>(null)

export function ask(words: Asking): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      asking.value = null
      resolve(yes)
    }
    asking.value = { words, answer }
  })
}
