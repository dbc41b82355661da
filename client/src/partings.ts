/** What must be saved before this page loses its database or its person. */
export class Partings {
  private readonly saves = new Set<() => Promise<unknown>>()

  add(save: () => Promise<unknown>): () => void {
    this.saves.add(save)
    return () => this.saves.delete(save)
  }

  /** All that is on the screen, saved as far as it can be. */
  async saved(): Promise<void> {
    await Promise.allSettled([...this.saves].map((save) => save()))
  }
}
