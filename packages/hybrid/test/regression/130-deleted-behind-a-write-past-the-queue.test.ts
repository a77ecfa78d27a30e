/**
 * Regression: written behind, a write past the queue, as with a limit on the size of entries, waited for its turn, and a deletion or
 * invalidation that was asked for after it did not: the value was afar when both were done, and was served.
 */
import { createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

/** How long a write stays queued. */
const FLUSH_MS = 10
/** How long the far tier takes to set. */
const SLOW_TURNS = 6

async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await new Promise(setImmediate)
}

function setUp() {
  const clock = createFakeClock()
  const store = memoryBackend({ maxEntries: 9 })
  const set = store.set.bind(store)
  const far = Object.assign(store, {
    set: (...given: Parameters<typeof set>) => turns(SLOW_TURNS).then(() => set(...given)),
  })
  const tiers = [memoryBackend({ maxEntries: 9 }), far]
  const backend = hybridBackend({ tiers, write: 'behind', flushInterval: FLUSH_MS, clock })
  const cache = createCache({ backend, ttl: '1h', clock })
  const sized = createCache({ backend, ttl: '1h', clock, maxEntryBytes: 1_000 })
  const close = async () => {
    await sized.close()
    await cache.close()
  }
  return { clock, cache, sized, close }
}

test('what is deleted in the moment in which it is set is gone', async () => {
  const { sized, close } = setUp()
  const written = sized.set('key', 'value')
  await sized.delete('key')
  expect(await sized.get('key')).toBeUndefined()
  await written
  expect(await sized.get('key')).toBeUndefined()
  await close()
})

test('so it is behind an older value that is being written down', async () => {
  const { clock, cache, sized, close } = setUp()
  await cache.set('key', 'queued')
  clock.advanceMs(FLUSH_MS)
  const written = sized.set('key', 'value')
  await turns(1)
  await sized.delete('key')
  await written
  expect(await sized.get('key')).toBeUndefined()
  await close()
})

test('so it is by a tag that the older value does not have', async () => {
  const { clock, cache, sized, close } = setUp()
  await cache.set('key', 'queued')
  clock.advanceMs(FLUSH_MS)
  const written = sized.set('key', 'value', { tags: ['tag'] })
  await turns(1)
  await sized.invalidate({ tags: ['tag'] })
  await written
  expect(await sized.get('key')).toBeUndefined()
  await close()
})

test('what is set behind the deletion stays', async () => {
  const { clock, cache, sized, close } = setUp()
  const calls = [sized.set('key', 'older'), sized.delete('key'), cache.set('key', 'newer')]
  await Promise.all(calls)
  expect(await cache.get('key')).toBe('newer')
  clock.advanceMs(FLUSH_MS)
  await turns(3 * SLOW_TURNS)
  expect(await cache.get('key')).toBe('newer')
  await close()
})
