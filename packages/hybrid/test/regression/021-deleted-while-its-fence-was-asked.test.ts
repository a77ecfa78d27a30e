// What was queued, and then deleted while its fence was on its way, was written down under that fence: it came back.
import { createCache, type Lease, type LeaseMode } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

/** Leases are given when the gate opens. */
class SlowLeases extends ReferenceBackend {
  readonly gate = Promise.withResolvers<void>()

  override lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): never {
    // A promise is what every caller of a backend reckons with; the reference answers at once.
    return this.gate.promise.then((): Lease | undefined => super.lease(key, mode, lengthMs, nowMs)) as never
  }
}

async function turns(): Promise<void> {
  for (let at = 0; at < 10; at++) await new Promise(setImmediate)
}

test.each([
  ['a deletion', { key: 'key' }],
  ['an invalidation', { tags: ['t'] }],
  ['a write near only', undefined],
] as const)('%s stays', async (_, target) => {
  const clock = createFakeClock()
  const far = new SlowLeases({ holds: 'bytes' })
  const tiers = [memoryBackend({ maxEntries: 9 }), far]
  const backend = hybridBackend({ tiers, write: 'behind', flushInterval: 10, clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock })
  await cache.set('key', 'old', { tags: ['t'] })
  clock.advanceMs(10)
  await turns()
  const removed =
    target === undefined
      ? cache.set('key', 'new', { tier: 'near' })
      : 'key' in target
        ? cache.delete('key')
        : cache.invalidate(target)
  await turns()
  far.gate.resolve()
  await removed
  await turns()
  expect(await createCache({ backend: far, ttl: '1h', clock }).get('key')).toBeUndefined()
  expect(await cache.get('key')).toBe(target === undefined ? 'new' : undefined)
})
