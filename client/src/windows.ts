/** Other windows of the app on this phone: they share one database, and must not show old news. */

/** `changed`: something is kept that was not; `person`: somebody enrolled. */
export type Word = 'changed' | 'person'

export class Windows {
  private readonly channel: BroadcastChannel | null

  constructor(name: string, told: (word: Word) => void) {
    const isPage = typeof document !== 'undefined' && typeof BroadcastChannel !== 'undefined'
    this.channel = isPage ? new BroadcastChannel(name) : null
    this.channel?.addEventListener('message', ({ data }) => told(data))
  }

  tell(word: Word): void {
    this.channel?.postMessage(word)
  }

  close(): void {
    this.channel?.close()
  }
}
