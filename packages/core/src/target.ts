/** What an invalidation names: the user's words for it, checked, and as a backend takes them. */
import type { InvalidationTarget, ScanQuery } from './backend.ts'
import { ConfigError, describe } from './errors.ts'
import { type Key, type KeySpace, MAX_KEY_BYTES } from './key.ts'
import { keyPattern } from './key-pattern.ts'

/** A key with each of its characters escaped. */
const MAX_PATTERN_LENGTH = 2 * MAX_KEY_BYTES

/** What an invalidation names, within its namespace. `all` covers nested namespaces too, the others do not. */
export type Target =
  | { readonly tags: readonly string[] }
  /** Text keys that begin with a text, or structured keys that begin with these parts. */
  | { readonly prefix: Key }
  /** Text keys that match: `*` any run, `?` one character, `\` takes the next literally. */
  | { readonly pattern: string }
  | { readonly all: true }

/** @throws ConfigError, UsageError when it is not one target or is malformed. */
export function backendTarget(target: Target, keys: KeySpace): InvalidationTarget {
  const names = typeof target === 'object' && target !== null ? Object.keys(target) : []
  if (names.length === 1) {
    if ('tags' in target) return { tags: requireTags(target.tags, keys) }
    if ('prefix' in target) return { prefix: prefixText(target.prefix, keys) }
    if ('pattern' in target) return keyPatternTarget(target.pattern, keys)
    // Every entry carries the generation tags of its namespaces, so that clearing one is a version, not a scan.
    if ('all' in target && target.all === true) return keys.root === '' ? { all: true } : { tags: [keys.root] }
  }
  throw new ConfigError(
    `invalidate: ${shown(target, names)} is not a target; allowed: one of { tags }, { prefix }, { pattern }, { all: true }`,
  )
}

function requireTags(tags: readonly string[], keys: KeySpace): readonly string[] {
  if (!Array.isArray(tags) || tags.length === 0) {
    throw new ConfigError(`tags: ${describe(tags)} names nothing to invalidate; allowed: a non-empty array of texts`)
  }
  return keys.storageTags(tags)
}

/** @throws ConfigError for one that is longer than any key. */
function prefixText(prefix: Key, keys: KeySpace): string {
  const text = keys.storagePrefix(prefix)
  if (text.length <= MAX_KEY_BYTES) return text
  throw new ConfigError(`prefix: ${text.length} characters; allowed: ${MAX_KEY_BYTES}, since no key is longer`)
}

function shown(target: unknown, names: readonly string[]): string {
  if (names.length === 0 || Array.isArray(target)) return describe(target)
  const first = names.slice(0, 4).map((name) => describe(name).slice(1, -1))
  return `{ ${first.join(', ')}${names.length > first.length ? ', …' : ''} }`
}

function keyPatternTarget(pattern: string, keys: KeySpace): InvalidationTarget {
  if (typeof pattern !== 'string' || pattern === '' || pattern.length > MAX_PATTERN_LENGTH) {
    throw new ConfigError(
      `pattern: ${describe(pattern)} is not a pattern; allowed: text with * and ?, of ${MAX_PATTERN_LENGTH} characters at most`,
    )
  }
  const target = { pattern, root: keys.root }
  keyPattern(target) // A malformed pattern is refused here, before the backend sees it.
  return target
}

/** What a soft invalidation names, within its namespace. */
export type SoftTarget = { readonly key: Key } | { readonly tags: readonly string[] } | { readonly prefix: Key }

/** The scans that find what a soft target covers, or the one key it names. @throws ConfigError, UsageError */
export function softCover(
  target: SoftTarget,
  keys: KeySpace,
): { readonly storageKey: string } | { readonly scans: readonly ScanQuery[] } {
  const names = typeof target === 'object' && target !== null ? Object.keys(target) : []
  if (names.length === 1) {
    if ('key' in target) return { storageKey: keys.storageKey(target.key) }
    if ('prefix' in target) return { scans: [{ prefix: prefixText(target.prefix, keys), tag: undefined }] }
    if ('tags' in target) return { scans: requireTags(target.tags, keys).map((tag) => ({ prefix: '', tag })) }
  }
  throw new ConfigError(
    `expire: ${shown(target, names)} is not a target; allowed: one of { key }, { tags }, { prefix }`,
  )
}
