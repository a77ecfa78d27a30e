/**
 * Regression: written behind, a deletion or invalidation that was on its way took the last of the writes that came meanwhile out of
 * the queue, not the one before it, which was being written down: the older value stayed.
 */
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

/** Far shorter than a tier may take. */
const FLUSH_MS = 100

async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await new Promise(setImmediate)
}

/** Deletes and invalidates at once and says so late; stores late. */
function setUp() {
  const clock = createFakeClock()
  const store = new ReferenceBackend({ holds: 'bytes' })
  const [set, remove, invalidate] = [store.set.bind(store), store.delete.bind(store), store.invalidate.bind(store)]
  const far = Object.assign(store, {
    set: (...given: Parameters<typeof set>) => turns(20).then(() => set(...given)),
    async delete(...given: Parameters<typeof remove>) {
      const existed = remove(...given)
      await turns(10)
      return existed
    },
    async invalidate(...given: Parameters<typeof invalidate>) {
      invalidate(...given)
      await turns(10)
    },
  })
  const tiers = [memoryBackend({ maxEntries: 9 }), far]
  const backend = hybridBackend({ tiers, write: 'behind', flushInterval: FLUSH_MS, clock })
  const cache = createCache({ backend, ttl: '1h', clock })
  return { clock, cache, fromAfar: createCache({ backend: far, ttl: '1h', clock }) }
}

test.each<[string, (cache: Cache) => Promise<unknown>]>([
  ['deletion', (cache) => cache.delete('key')],
  ['invalidation', (cache) => cache.invalidate({ tags: ['t'] })],
])('of two writes beside a %s the last one stays', async (_, act) => {
  const { clock, cache, fromAfar } = setUp()
  const acting = act(cache)
  await turns(2)
  await cache.set('key', 'older', { tags: ['t'] })
  await turns(2)
  clock.advanceMs(FLUSH_MS)
  await turns(2)
  await cache.set('key', 'newer', { tags: ['t'] })
  await acting
  expect(await cache.get('key')).toBe('newer')
  clock.advanceMs(FLUSH_MS)
  await turns(60)
  expect([await cache.get('key'), await fromAfar.get('key')]).toEqual(['newer', 'newer'])
  await cache.close()
})
