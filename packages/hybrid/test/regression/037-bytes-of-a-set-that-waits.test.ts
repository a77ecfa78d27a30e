/**
 * Regression: bytes that the caller changed while their set waited in a hybrid were found torn: what had been encoded for later were those bytes
 * themselves.
 */
import { type Cache, createCache } from '@stowage/core'
import {
  createFakeClock,
  type FakeClock,
  type FaultyBackend,
  faultyBackend,
  ReferenceBackend,
} from '@stowage/core/testing'
import { type HybridOptions, hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'

function world(options: Partial<HybridOptions> = {}): { clock: FakeClock; far: FaultyBackend; cache: Cache } {
  const clock = createFakeClock()
  const far = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const tiers = [new ReferenceBackend({ holds: 'bytes' }), far]
  const backend = hybridBackend({ tiers, clock, onTier: () => undefined, ...options })
  return { clock, far, cache: createCache({ backend, ttl: '1h', clock }) }
}

async function expectAsItWas(cache: Cache): Promise<void> {
  expect(await cache.get('key')).toEqual(Buffer.of(1))
}

test('it waits for what failed afar', async () => {
  const { clock, far, cache } = world()
  far.inject('delete', { kind: 'reject', error: new Error('down') })
  await cache.delete('key')
  far.heal()
  far.inject('lease', { kind: 'late', delayMs: 50 })
  const value = Buffer.of(1)
  const setting = cache.set('key', value)
  await new Promise(setImmediate)
  value[0] = 2
  clock.advanceMs(50)
  expect(await setting).toEqual({ outcome: 'stored' })
  await expectAsItWas(cache)
  await expectAsItWas(createCache({ backend: far, ttl: '1h', clock }))
})

test('it is written behind', async () => {
  const { clock, far, cache } = world({ write: 'behind' })
  const value = Buffer.of(1)
  const setting = cache.set('key', value)
  value[0] = 2
  expect(await setting).toEqual({ outcome: 'stored' })
  value[0] = 3
  const found = await cache.get<Buffer>('key')
  expect(found).toEqual(Buffer.of(1))
  found?.fill(4)
  await expectAsItWas(cache)
  clock.advanceMs(1_000)
  while (far.callCounts.get('set') === undefined) await new Promise(setImmediate)
  await expectAsItWas(createCache({ backend: far, ttl: '1h', clock }))
})
