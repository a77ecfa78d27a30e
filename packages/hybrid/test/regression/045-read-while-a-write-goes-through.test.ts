/** Regression: written behind, while a write went through, as the queue was full, a read found what was afar: older than what had been queued. */
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const turn = () => new Promise(setImmediate)

test('what was queued is read until the newer value is afar', async () => {
  const clock = createFakeClock()
  const store = new ReferenceBackend({ holds: 'bytes' })
  const set = store.set.bind(store)
  await createCache({ backend: store, ttl: '1h', clock }).set('key', 'oldest')
  const line = Promise.withResolvers<void>()
  const far = Object.assign(store, {
    set: (...given: Parameters<typeof set>) => line.promise.then(() => set(...given)),
  })
  const tiers = [memoryBackend({ maxEntries: 9 }), far]
  const cache = createCache({ backend: hybridBackend({ tiers, write: 'behind', clock }), ttl: '1h', clock })
  await cache.set('key', 'queued', { tier: 'far' })
  // As many as the queue holds.
  for (let at = 1; at < 1_000; at++) await cache.set(`other ${at}`, at)
  const writing = cache.set('key', 'newest')
  await turn()
  expect(await cache.get('key')).toBe('queued')
  line.resolve()
  expect(await writing).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toBe('newest')
  clock.advanceMs(1_000)
  for (let at = 0; at < 20; at++) await turn()
  expect(await createCache({ backend: far, ttl: '1h', clock }).get('key')).toBe('newest')
  await cache.close()
})
