/** What an invalidation would hit, found by walking over the keys: nothing is changed. */
import { type Cache, keyCoverOf, type Target, writeStorageKey } from '@stowage/core'
import { shownKey } from './listing.ts'
import { type SpaceName, spaceOf } from './spaces.ts'

export interface TargetWish {
  readonly space: SpaceName
  readonly kind: 'tag' | 'prefix' | 'pattern'
  readonly text: string
}

export interface Preview {
  readonly hitCount: number
  readonly hitBytes: number
  readonly examples: readonly string[]
}

const EXAMPLE_COUNT = 8

export function targetOf({ kind, text }: TargetWish): Target {
  if (kind === 'tag') return { tags: [text] }
  return kind === 'prefix' ? { prefix: text } : { pattern: text }
}

/** @throws UsageError for a pattern that is malformed */
export async function previewOf(cache: Cache, wish: TargetWish): Promise<Preview> {
  const { space, kind, text } = wish
  const names = space === 'answers' ? [] : [space]
  const covers = kind === 'pattern' ? keyCoverOf({ pattern: text, root: rootOf(names) }).covers : undefined
  const query = kind === 'tag' ? { tag: text } : kind === 'prefix' ? { prefix: text } : {}
  const examples: string[] = []
  let hitCount = 0
  let hitBytes = 0
  for await (const { key, sizeBytes } of spaceOf(cache, space).entries(query)) {
    if (covers !== undefined && !covers(writeStorageKey(names, key))) continue
    hitCount++
    hitBytes += sizeBytes
    if (examples.length < EXAMPLE_COUNT) examples.push(shownKey(key))
  }
  return { hitCount, hitBytes, examples }
}

/** What every key of a namespace begins with in storage, before the mark of a text key. */
function rootOf(names: readonly string[]): string {
  return names.length === 0 ? '' : writeStorageKey(names, 'x').slice(0, -2)
}
