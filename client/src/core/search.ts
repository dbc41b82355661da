/** Finding a household by a part of its name, its initials or its code. */

export interface Findable {
  head: string
  code: string
  initials: string[]
}

/** Every word typed must fit somewhere; full-width letters are letters. */
export function fits(row: Findable, typed: string): boolean {
  const words = folded(typed).split(/\s+/).filter(Boolean)
  const [head, code] = [folded(row.head), folded(row.code)]
  return words.every(
    (word) =>
      head.includes(word) ||
      code.includes(word) ||
      code.replace(/[^a-z0-9]/g, '').includes(word) ||
      row.initials.some((initials) => initials.includes(word)),
  )
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
