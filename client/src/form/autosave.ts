/** Saves shortly after every change, at once when asked, and tries again when storage is full. */
import { ref } from 'vue'

const PAUSE = 250
const AGAIN = 4000

export type Saving = 'saved' | 'saving' | 'full' | 'failed'

export class Autosave {
  readonly state = ref<Saving>('saved')
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: Promise<void> = Promise.resolve()
  private changes = 0
  private kept = 0

  constructor(private readonly save: () => Promise<void>) {}

  touch(): void {
    this.changes++
    if (this.state.value === 'saved') this.state.value = 'saving'
    this.plan(PAUSE)
  }

  /** Everything on screen is in storage when this answers true. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer)
    this.running = this.running.then(() => this.attempt())
    await this.running
    return this.kept === this.changes
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private plan(wait: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.flush(), wait)
  }

  private async attempt(): Promise<void> {
    const upTo = this.changes
    if (upTo === this.kept) return
    try {
      await this.save()
      this.kept = upTo
      if (this.kept === this.changes) this.state.value = 'saved'
    } catch (error) {
      this.state.value = isFull(error) ? 'full' : 'failed'
      this.plan(AGAIN)
    }
  }
}

export function isFull(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { name?: string; code?: unknown }
  return code === 'storage_full' || name === 'QuotaExceededError'
}
