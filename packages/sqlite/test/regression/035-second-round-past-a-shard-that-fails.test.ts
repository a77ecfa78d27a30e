/**
 * Regression: where a shard failed in the first round of an invalidation there was no second one, so that what was derived meanwhile, from
 * what was being invalidated, stayed in the shards that were sound.
 */
import { expect, test } from 'vitest'
import { shardOf } from '../../src/shard-plan.ts'
import { held, NOW_MS, put } from '../entries.ts'
import { alter } from '../inspection.ts'
import { openStore } from '../stores.ts'

const SHARD_COUNT = 2
const KEY = ['a', 'b', 'c', 'd', 'e', 'f'].find((key) => shardOf(key, SHARD_COUNT) === 0) ?? ''

test.each([
  [{ tags: ['t'] }, 'tag'],
  [{ all: true as const }, 'lease'],
])('%o', async (target, table) => {
  const { backend, path } = openStore({ shards: SHARD_COUNT })
  alter(`${path}.shard-1`, `DROP TABLE stowage_${table}_v1`)
  const invalidated = backend.invalidate(target, NOW_MS)
  // The sound shard has been dealt with once.
  const stored = put(backend, KEY, 'derived', { tags: ['t'] })
  await expect(invalidated).rejects.toThrow(`stowage_${table}_v1`)
  expect(await stored).toBe('stored')
  expect(await held(backend, KEY)).toMatch(/^miss/)
})
