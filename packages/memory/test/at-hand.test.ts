/** What is answered without a promise: a use of the entry and a hit with `getSync`, neither with `peek`. */
import { createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test.each([
  ['getSync', 'a', 1],
  ['peek', 'b', 0],
] as const)('%s: of two, what was not used longest leaves', async (read, kept, hits) => {
  const backend = memoryBackend({ maxEntries: 2, policy: 'lru' })
  const cache = createCache({ backend, ttl: '1h', clock: createFakeClock() })
  await cache.setMany([
    ['a', 1],
    ['b', 2],
  ])
  expect(cache[read]('a')).toBe(1)
  expect(cache.stats()).toMatchObject({ lookups: hits, hits })
  await cache.set('c', 3)
  expect(new Set(await Array.fromAsync(cache.keys()))).toEqual(new Set([kept, 'c']))
})

test('getSync says nothing of what is stale, and counts nothing', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: memoryBackend({ maxEntries: 2 }), ttl: '1s', staleWhileRevalidate: '1h', clock })
  await cache.set('key', 'old')
  clock.advanceMs(1_000)
  expect(cache.getSync('key')).toBeUndefined()
  expect(cache.stats().lookups).toBe(0)
  expect(await cache.get('key')).toBe('old')
})
