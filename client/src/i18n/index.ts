/** The language of the screens, and how a sentence is said in it. */
import { ref } from 'vue'
import type { Lang, Words } from '../core/types'
import { en } from './en'
import { zh } from './zh'

export type Key = keyof typeof zh
type Arguments = Record<string, string | number>

const TABLES: Record<Lang, Record<Key, string>> = { zh, en }

export const lang = ref<Lang>('zh')

export function speak(next: Lang): void {
  lang.value = next
  document.documentElement.lang = next
}

export function t(key: Key, args: Arguments = {}): string {
  const sentence = TABLES[lang.value][key] ?? key // a state of a newer server has no words here yet
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ''))
}

/** Words of a form or of the office, in the reader's language if they have it. */
export function said(words: Words | undefined, otherwise = ''): string {
  if (!words) return otherwise
  return words[lang.value] || words.zh || words.en || otherwise
}
