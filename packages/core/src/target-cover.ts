/** Which entries an invalidation covers: the one rule of all who take out, hold back, queue or forget what a target names. */
import type { InvalidationTarget } from './backend.ts'
import { keyPattern } from './key-pattern.ts'

/** What a key alone decides: every target but tags, and a single key. */
export type KeyTarget = Exclude<InvalidationTarget, { readonly tags: unknown }> | { readonly key: string }

export interface KeyCover {
  /** Every covered key begins with it: a search may be narrowed by it. */
  readonly prefix: string
  readonly covers: (key: string) => boolean
}

/** The keys a target covers. @throws UsageError when its pattern is malformed. */
export function keyCoverOf(target: KeyTarget): KeyCover {
  if ('pattern' in target) return keyPattern(target)
  if ('key' in target) return { prefix: target.key, covers: (key) => key === target.key }
  const prefix = 'prefix' in target ? target.prefix : ''
  return { prefix, covers: (key) => key.startsWith(prefix) }
}

/** Whether a target covers the entry of a key with these tags: of several tags, any one will do. @throws as {@link keyCoverOf} does */
export function coverOf(target: InvalidationTarget | KeyTarget): (key: string, tags: readonly string[]) => boolean {
  if (!('tags' in target)) return keyCoverOf(target).covers
  return (_, tags) => tags.some((tag) => target.tags.includes(tag))
}
