/** The stretch of keys that begin with a prefix, as two bounds that an index can be searched by. */

const LAST_CHARACTER = '\u{10ffff}'
/** Any BLOB sorts after every text. */
const AFTER_ALL_TEXTS = new Uint8Array([0xff])

export interface PrefixRange {
  /** First key it can hold. */
  readonly from: string
  /** First key after it. */
  readonly below: string | Uint8Array
}

/** Keys compare as UTF-8, which is the order of code points: the bound is the prefix with its last one raised by one. */
export function prefixRange(prefix: string): PrefixRange {
  let end = prefix.length
  while (prefix.endsWith(LAST_CHARACTER, end)) end -= LAST_CHARACTER.length
  // A character beyond U+FFFF takes two units of the text.
  const lastAt = (prefix.codePointAt(end - 2) ?? 0) > 0xffff ? end - 2 : end - 1
  const last = prefix.codePointAt(lastAt)
  if (end === 0 || last === undefined) return { from: prefix, below: AFTER_ALL_TEXTS }
  // Surrogates are no characters of UTF-8: the code point after U+D7FF is U+E000.
  const next = last === 0xd7ff ? 0xe000 : last + 1
  return { from: prefix, below: prefix.slice(0, lastAt) + String.fromCodePoint(next) }
}

/** The first key after `key`. */
export function keyAfter(key: string): string {
  return `${key}\0`
}
