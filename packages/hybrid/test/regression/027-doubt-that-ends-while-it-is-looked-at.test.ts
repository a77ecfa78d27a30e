// A copy that was in doubt when it was looked at was served, where another read had put the right one in its place by the time it came.

import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'

test('what was looked at before counts by what was known before', async () => {
  const clock = createFakeClock()
  const far = new ReferenceBackend({ holds: 'bytes' })
  const near = faultyBackend(new ReferenceBackend(), clock)
  const bus = new TestBus()
  const cache = createCache({
    backend: hybridBackend({ tiers: [near, far], clock, bus: bus.attach() }),
    ttl: '1h',
    clock,
  })
  const other = createCache({ backend: far, ttl: '1h', clock })
  await cache.set('key', 'old')
  await other.set('key', 'new')
  bus.cut()
  bus.mend()
  near.inject('get', { kind: 'late', delayMs: 100 })
  const slow = cache.get('key')
  await new Promise(setImmediate)
  near.heal()
  expect(await cache.lookup('key')).toMatchObject({ value: 'new' })
  await new Promise(setImmediate)
  clock.advanceMs(100)
  expect(await slow).toBe('new')
})
