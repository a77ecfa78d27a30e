/**
 * Regression: what had failed afar was not tried a last time on closing while the tier was left alone, well again or not: deletions that had
 * been answered were lost to a break of a moment, and others went on reading what they were of.
 */
import { BackendError, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']
const down = { kind: 'reject', error: new Error('the connection was lost') } as const

/** Deletions and an invalidation, answered while the far tier fails, so often that it is left alone. */
async function setUp() {
  const clock = createFakeClock()
  const store = new ReferenceBackend({ holds: 'bytes' })
  // Others go on with it.
  const far = Object.assign(faultyBackend(store, clock), { close: () => undefined })
  const tiers = [memoryBackend({ maxEntries: 9 }), far]
  const backend = hybridBackend({ tiers, clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock })
  const other = createCache({ backend: store, ttl: '1h', clock })
  for (const key of KEYS) await other.set(key, 'old')
  await other.set('tagged', 'old', { tags: ['t'] })
  for (const operation of ['delete', 'invalidate', 'lease', 'get'] as const) far.inject(operation, down)
  for (const key of KEYS) await cache.delete(key)
  await cache.invalidate({ tags: ['t'] })
  return { clock, far, backend, cache, other }
}

test('it is tried although the tier is left alone', async () => {
  const { far, cache, other } = await setUp()
  far.heal()
  await cache.close()
  for (const key of [...KEYS, 'tagged']) expect(await other.get(key)).toBeUndefined()
})

test('it is tried anew where a round that is refused is under way', async () => {
  const { clock, far, backend, other } = await setUp()
  far.heal()
  clock.advanceMs(100)
  await backend.close()
  for (const key of [...KEYS, 'tagged']) expect(await other.get(key)).toBeUndefined()
})

test('a tier that fails still is told of, once', async () => {
  const { cache, other } = await setUp()
  await expect(cache.close()).rejects.toThrow(BackendError)
  expect(await other.get('a')).toBe('old')
})
