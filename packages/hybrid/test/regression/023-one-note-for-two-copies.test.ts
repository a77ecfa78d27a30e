// What a copy was made of was noted by key: a copy in the middle tier spoke for an older one in the nearest, and that was served after a gap.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test('each copy speaks for itself', async () => {
  const clock = createFakeClock()
  const store = new ReferenceBackend({ holds: 'bytes' })
  const middle = faultyBackend(memoryBackend({ maxEntries: 9 }), clock)
  const line = new TestBus()
  const tiers = [memoryBackend({ maxEntries: 9 }), middle, store]
  const backend = hybridBackend({ tiers, bus: line.attach(), clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock })
  const pass = async () => {
    for (let at = 0; at < 10; at++) {
      await new Promise(setImmediate)
      clock.advanceMs(10)
    }
  }
  // A middle tier that takes its time takes no copies of writes.
  for (const operation of ['get', 'lease'] as const) middle.inject(operation, { kind: 'late', delayMs: 10 })
  const reading = cache.get('key')
  await cache.set('key', 'older')
  line.cut()
  await createCache({ backend: store, ttl: '1h', clock }).set('key', 'newer')
  line.mend()
  await pass()
  expect(await reading).toBe('newer')
  const again = cache.get('key')
  await pass()
  expect(await again).toBe('newer')
})
