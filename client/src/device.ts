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

/** What is used of the storage, and whether the system leaves it alone. */
export async function room(): Promise<{ used: number; quota: number; persisted: boolean }> {
  const { storage } = globalThis.navigator ?? {}
  const told = await storage?.estimate?.()
  const persisted = (await storage?.persisted?.()) ?? false
  return { used: told?.usage ?? 0, quota: told?.quota ?? 0, persisted }
}
