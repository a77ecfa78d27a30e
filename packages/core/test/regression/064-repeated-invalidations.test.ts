// One deletion that failed a thousand times over counted as a thousand: what stood for all of them then took everything else along.
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { passTime } from '../held-loader.ts'

const down = { kind: 'reject', error: new Error('down') } as const
const clock = createFakeClock()
const backend = faultyBackend(new ReferenceBackend(), clock)
let cache: Cache

beforeEach(() => {
  backend.heal()
  cache = createCache({ backend, ttl: '1h', clock })
})

test('equal ones wait as one, and nothing else goes with them', async () => {
  await cache.set('other', 1)
  for (const operation of ['delete', 'invalidate'] as const) backend.inject(operation, down)
  for (let at = 0; at < 600; at++) {
    await Promise.allSettled([
      cache.delete('key'),
      cache.invalidate({ tags: ['hot'] }),
      cache.invalidate({ prefix: 'k' }),
    ])
  }
  expect(cache.stats().queues.invalidations).toBe(3)
  backend.heal()
  await passTime(clock, 10_000)
  expect(cache.stats().queues.invalidations).toBe(0)
  expect(await cache.get('other')).toBe(1)
})

test('one that fails while an equal one is on its way is carried out after it', async () => {
  backend.inject('delete', down)
  await Promise.allSettled([cache.delete('key')])
  backend.inject('delete', { kind: 'late', delayMs: 150 })
  await passTime(clock, 100)
  backend.inject('delete', down)
  await Promise.allSettled([cache.delete('key')])
  backend.heal()
  const before = backend.callCounts.get('delete') ?? 0
  await passTime(clock, 200)
  expect(backend.callCounts.get('delete')).toBe(before + 1)
  expect(cache.stats().queues.invalidations).toBe(0)
})
