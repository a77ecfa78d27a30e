// bentocache 1.6: one mutex was kept for every key that had ever been written.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('keys that came and went leave no load, no turn and no timer behind', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend({ maxEntries: 10 }), ttl: '1h', clock })
  const timers = clock.timerCount
  for (let at = 0; at < 1_000; at++) {
    await cache.getOrSet(`loaded ${at}`, () => at)
    await cache.getOrSet(`failed ${at}`, () => Promise.reject(new Error('down'))).catch(() => 'as meant')
    await cache.increment(`counted ${at}`)
    await cache.take(`counted ${at}`)
  }
  expect(cache.stats().queues).toEqual({ calls: 0, loads: 0, steps: 0, invalidations: 0 })
  expect(clock.timerCount).toBe(timers)
})
