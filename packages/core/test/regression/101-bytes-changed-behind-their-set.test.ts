/**
 * Regression: bytes that the caller changed once `set` had returned, and not yet answered, were found torn where the set waited for others of its
 * moment, or behind a failed invalidation: what had been encoded for later were those bytes themselves.
 */
import { createCache, type GivenWrite, type WriteOutcome } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

class Gathering extends ReferenceBackend {
  async setMany(writes: readonly GivenWrite[], nowMs: number): Promise<WriteOutcome[]> {
    return writes.map(({ key, entry }) => super.set(key, entry, nowMs, undefined))
  }
}

test.for([Buffer, Uint8Array])('a set of its moment', async (Bytes) => {
  const cache = createCache({ backend: new Gathering({ holds: 'bytes' }), ttl: '1m' })
  const mine = Bytes.of(1)
  const setting = cache.set('key', mine)
  mine[0] = 2
  expect(await setting).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toEqual(Bytes.of(1))
})

test('a set behind an invalidation that has failed', async () => {
  const clock = createFakeClock()
  const backend = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const cache = createCache({ backend, ttl: '1m', clock })
  backend.inject('delete', { kind: 'reject', error: new Error('down') })
  await expect(cache.delete('key')).rejects.toThrow('down')
  backend.heal()
  backend.inject('delete', { kind: 'late', delayMs: 50 })
  const mine = Buffer.of(1)
  const setting = cache.set('key', mine)
  mine[0] = 2
  await new Promise(setImmediate)
  clock.advanceMs(50)
  expect(await setting).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toEqual(Buffer.of(1))
})
