/** Pictures and sounds that a form shows beside its words: fetched with it, kept by their names. */
import type { Form } from '../core/types'
import type { Text } from './node'

export interface Beside {
  kind: 'image' | 'audio' | 'video'
  name: string
  mime: string
  /** Nothing while the office has not uploaded the file, or this phone not fetched it. */
  bytes: ArrayBuffer | null
}

export function besideOf(form: Form, text: Text | null | undefined): Beside[] {
  if (!text) return []
  const { imageSource: image, audioSource: audio, videoSource: video } = text
  return Object.entries({ image, audio, video }).flatMap(([kind, source]) => {
    if (!source) return []
    const name = decodeURIComponent(String(source).split('/').pop() ?? '')
    const file = form.files?.[name]
    return [{ kind: kind as Beside['kind'], name, mime: file?.mime ?? '', bytes: file?.bytes ?? null }]
  })
}
