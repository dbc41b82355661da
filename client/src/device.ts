/** What this phone is, as far as its browser tells. */

export function phoneModel(): { label: string; model: string } {
  const agent = globalThis.navigator?.userAgent ?? ''
  const parts = /\(([^)]*)\)/.exec(agent)?.[1]?.split(';') ?? []
  return { label: '', model: (parts[parts.length - 1] ?? '').trim().slice(0, 60) }
}

/** So that a full phone does not throw unsent visits away; a refusal changes nothing. */
export async function askToPersist(): Promise<void> {
  await globalThis.navigator?.storage?.persist?.().catch(() => false)
}
