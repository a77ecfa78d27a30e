/** Regression: what the caller did to its value while a near-only set waited for others of its key was stored near, where that tier holds bytes. */
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'

test.each(['bytes', 'values'] as const)('a near tier of %s above one of bytes', async (holds) => {
  const clock = createFakeClock()
  const far = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const tiers = [new ReferenceBackend({ holds }), new ReferenceBackend({ holds: 'bytes' }), far]
  const cache = createCache({ backend: hybridBackend({ tiers, clock, onTier: () => undefined }), ttl: '1h', clock })
  far.inject('set', { kind: 'late', delayMs: 50 })
  const before = cache.set('key', { count: 0 })
  await new Promise(setImmediate)
  const value = { count: 1 }
  const setting = cache.set('key', value, { tier: 'near' })
  value.count = 2
  clock.advanceMs(50)
  await before
  expect(await setting).toEqual({ outcome: 'stored' })
  // A tier of values holds the caller's own, as it does without waiting.
  expect(await cache.get('key')).toEqual({ count: holds === 'values' ? 2 : 1 })
})
