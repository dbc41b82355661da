/** Pinyin initials of a name, so that a cadre finds 陈福 by typing "cf". */

const LETTERS = 'abcdefghjklmnopqrstwxyz'
/** The first character of each letter in the order of pinyin; no word begins with i, u or v. */
const FIRST = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨它穵夕丫帀'
/** Surnames that are not read as the character usually is. */
const SURNAMES: Record<string, string> = {
  单: 's', 曾: 'z', 仇: 'q', 解: 'x', 翟: 'z', 区: 'o', 朴: 'p', 查: 'z', 覃: 'qt',
}
const MOST_READINGS = 4
const order = new Intl.Collator('zh-CN-u-co-pinyin')
const isHan = /^\p{Script=Han}$/u
const isWritten = /^[a-z0-9]$/

/** Small letters and digits; several readings side by side where a surname has several. */
export function initials(name: string): string[] {
  let readings = ['']
  ;[...name.normalize('NFKC')].forEach((character, place) => {
    const letters = place === 0 ? (SURNAMES[character] ?? initial(character)) : initial(character)
    if (!letters) return
    readings = readings.flatMap((reading) => [...letters].map((letter) => reading + letter))
  })
  return readings.filter(Boolean).slice(0, MOST_READINGS)
}

/** Names are made of few characters, and the order of one is found by two dozen comparisons. */
const found = new Map<string, string>()

function initial(character: string): string {
  let known = found.get(character)
  if (known === undefined) found.set(character, (known = sought(character)))
  return known
}

function sought(character: string): string {
  const small = character.toLowerCase()
  if (isWritten.test(small)) return small
  if (!isHan.test(character)) return ''
  let letter = 'a' // 吖 stands before 阿
  for (const [i, first] of [...FIRST].entries()) {
    if (order.compare(character, first) < 0) break
    letter = LETTERS[i]!
  }
  return letter
}
