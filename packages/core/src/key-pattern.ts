/** Which stored keys a user's pattern covers: text keys directly in one namespace, never its neighbours. */
import { parseGlob } from './glob.ts'
import { textKeyOf } from './key.ts'

interface KeyPattern {
  /** Every covered key begins with it: a backend may narrow its search. */
  readonly prefix: string
  readonly covers: (storageKey: string) => boolean
}

/** @throws UsageError when the pattern is malformed. */
export function keyPattern(target: { readonly pattern: string; readonly root: string }): KeyPattern {
  const glob = parseGlob(target.pattern)
  const narrow = /^[#[=]/.test(glob.literalPrefix) ? '' : glob.literalPrefix
  return {
    prefix: target.root === '' ? narrow : `${target.root}=${glob.literalPrefix}`,
    covers(storageKey) {
      const text = textKeyOf(storageKey, target.root)
      return text !== undefined && glob.matches(text)
    },
  }
}
