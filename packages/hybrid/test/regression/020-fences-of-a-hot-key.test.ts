// Each write behind asked for a fence of its own at once: of a key written fast thousands were on their way, and closing waited for all.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

function setUp() {
  const clock = createFakeClock()
  const store = new ReferenceBackend({ holds: 'bytes' })
  store.close = () => undefined
  const far = faultyBackend(store, clock)
  const tiers = [memoryBackend({ maxEntries: 9 }), far]
  const backend = hybridBackend({ tiers, write: 'behind', clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock })
  const fromAfar = () => createCache({ backend: store, ttl: '1h', clock }).get('key')
  return { clock, far, cache, fromAfar }
}

test('however often a key is written, one fence is on its way, and the last value is written down', async () => {
  const { clock, far, cache, fromAfar } = setUp()
  far.inject('lease', { kind: 'late', delayMs: 50 })
  for (let at = 0; at < 1_000; at++) await cache.set('key', at)
  expect(far.callCounts.get('lease')).toBe(1)
  const closing = cache.close()
  for (let at = 0; at < 20; at++) {
    await new Promise(setImmediate)
    clock.advanceMs(10)
  }
  await closing
  expect([far.callCounts.get('lease'), far.callCounts.get('set'), await fromAfar()]).toEqual([2, 1, 999])
})

test.each(['delete', 'near'] as const)('what leaves the queue unasked holds up nobody: %s', async (act) => {
  const { clock, far, cache, fromAfar } = setUp()
  far.inject('lease', { kind: 'late', delayMs: 50 })
  for (let at = 0; at < 3; at++) await cache.set('key', at)
  clock.advanceMs(1_000)
  await new Promise(setImmediate)
  if (act === 'delete') await cache.delete('key')
  else await cache.set('key', 'near', { tier: 'near' })
  const closing = cache.close()
  for (let at = 0; at < 20; at++) {
    await new Promise(setImmediate)
    clock.advanceMs(10)
  }
  await closing
  expect(await fromAfar()).toBeUndefined()
})
