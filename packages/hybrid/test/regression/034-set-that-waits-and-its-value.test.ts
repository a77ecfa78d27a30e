// A set that waited in a hybrid, for a near-only set of its key or until what had failed on the far tier was tried again, stored there what its value had been changed to meanwhile.
import { type Cache, createCache } from '@stowage/core'
import {
  createFakeClock,
  type FakeClock,
  type FaultyBackend,
  faultyBackend,
  ReferenceBackend,
} from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { beforeEach, expect, test } from 'vitest'

let clock: FakeClock
let far: FaultyBackend
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  far = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const tiers = [new ReferenceBackend(), far]
  cache = createCache({ backend: hybridBackend({ tiers, clock, onTier: () => undefined }), ttl: '1h', clock })
})

/** What is kept afar of a value that is changed while its set waits for a slow operation of that tier. */
async function keptOf(slow: 'lease' | 'delete', begin: () => Promise<unknown>): Promise<unknown> {
  far.inject(slow, { kind: 'late', delayMs: 50 })
  const before = begin()
  const value = { n: 1 }
  const setting = cache.set('key', value)
  await new Promise(setImmediate)
  expect(far.callCounts.get('set')).toBe(undefined)
  value.n = 2
  clock.advanceMs(50)
  await before
  expect(await setting).toEqual({ outcome: 'stored' })
  return createCache({ backend: far, ttl: '1h', clock }).get('key')
}

test('it waits for what failed afar', async () => {
  far.inject('delete', { kind: 'reject', error: new Error('down') })
  await cache.delete('key')
  far.heal()
  expect(await keptOf('lease', async () => undefined)).toEqual({ n: 1 })
})

test('it waits for a near-only set of its key', async () => {
  expect(await keptOf('delete', () => cache.set('key', 'near', { tier: 'near' }))).toEqual({ n: 1 })
})
