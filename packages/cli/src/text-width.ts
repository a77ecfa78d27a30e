/** How many columns of a terminal a text takes. Node tells nobody; what it leaves open, as flags made of two letters, may be off by one. */
import { stripVTControlCharacters } from 'node:util'

const PLAIN = /^[ -~]*$/
/** Scripts of East Asia in their full width, and emoji that are shown as such. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
/** Marks on the letter before. */
const NONE = /\p{M}|\p{Cf}/u

export function widthOf(text: string): number {
  const seen = stripVTControlCharacters(text)
  if (PLAIN.test(seen)) return seen.length
  let width = 0
  for (const letter of seen) {
    if (!NONE.test(letter)) width += WIDE.test(letter) ? 2 : 1
  }
  return width
}

/** How many rows its lines take where those that are too long go on in the next one. */
export function rowCount(text: string, columns: number | undefined): number {
  const rowsOf = (line: string) => (columns === undefined ? 1 : Math.max(1, Math.ceil(widthOf(line) / columns)))
  return text.split('\n').reduce((sum, line) => sum + rowsOf(line), 0)
}
