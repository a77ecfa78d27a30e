/** Regression: a hybrid that had been closed left the timers of its tiers' deadlines behind. */
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'

test('no timer is left', async () => {
  const clock = createFakeClock()
  const far = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const cache = createCache({
    backend: hybridBackend({ tiers: [new ReferenceBackend(), far], clock }),
    ttl: '1h',
    clock,
  })
  far.inject('set', { kind: 'late', delayMs: 50 })
  const setting = cache.set('key', 1)
  await new Promise(setImmediate)
  clock.advanceMs(50)
  await setting
  expect(clock.timerCount).toBeGreaterThan(0)
  await cache.close()
  expect(clock.timerCount).toBe(0)
})
