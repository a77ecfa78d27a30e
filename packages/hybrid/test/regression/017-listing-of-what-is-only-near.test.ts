// Listings, and so `expire` by tags or prefix, passed over what only a near tier has.
import { createCache } from '@stowage/core'
import { createFakeClock, createRandom, faultyBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const error = new Error('down')

function setUp(maxEntries = 9) {
  const clock = createFakeClock()
  const [nearest, middle, far] = [1, 2, 3].map(() => faultyBackend(memoryBackend({ maxEntries }), clock))
  if (nearest === undefined || middle === undefined || far === undefined) throw new Error('no tiers')
  const node = new TestBus()
  const tiers = [nearest, middle, far]
  const backend = hybridBackend({ tiers, bus: node.attach(), clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock })
  const keys = async (query = {}) => (await Array.fromAsync(cache.keys(query), String)).toSorted()
  return { clock, nearest, middle, far, bus: node, cache, keys }
}

test('each entry is listed once, wherever it is', async () => {
  const { cache, keys } = setUp()
  await cache.set('copied', 1, { tags: ['t'] })
  await cache.set('far', 1, { tier: 'far', tags: ['t'] })
  await cache.set('near', 1, { tier: 'near', tags: ['t'] })
  await cache.set('other', 1, { tier: 'near' })
  expect(await keys()).toEqual(['copied', 'far', 'near', 'other'])
  expect(await keys({ tag: 't' })).toEqual(['copied', 'far', 'near'])
  expect(await keys({ prefix: 'o' })).toEqual(['other'])
  await cache.delete('near')
  await cache.invalidate({ prefix: 'o' })
  expect(await keys()).toEqual(['copied', 'far'])
})

test.each([0, 1, 2])('so are many, the far tier with %s thirds of them', async (thirds) => {
  const { cache, nearest, keys } = setUp(1_000)
  const random = createRandom(thirds)
  const names = Array.from({ length: 600 }, (_, at) => `key ${at}`).toSorted()
  for (const name of names) {
    const tier = random.below(3) < thirds ? random.pick(['all', 'far'] as const) : 'near'
    await cache.set(name, 1, { tier })
    if (random.below(2) === 0) await nearest.delete(name, 0, undefined)
  }
  expect(await keys()).toEqual(names)
})

test('what goes while the far tier is listed is not listed any more', async () => {
  const { cache } = setUp()
  await cache.set('far', 1, { tier: 'far' })
  await cache.set('near', 1, { tier: 'near' })
  const listing = cache.keys()[Symbol.asyncIterator]()
  expect(await listing.next()).toMatchObject({ value: 'far' })
  await cache.delete('near')
  expect(await listing.next()).toMatchObject({ done: true })
})

test.each([{ tags: ['t'] }, { prefix: 'k' }] as const)('%j expires what is near only', async (target) => {
  const { cache } = setUp()
  await cache.set('key', 'old', { tier: 'near', tags: ['t'] })
  await cache.expire(target)
  expect(await cache.get('key')).toBeUndefined()
})

test('and what was written while the far tier was away', async () => {
  const { cache, clock, far, keys } = setUp()
  for (const operation of ['set', 'lease', 'delete'] as const) far.inject(operation, { kind: 'throw', error })
  await cache.set('key', 'old', { tags: ['t'] })
  far.heal()
  for (let at = 0; at < 10; at++) {
    clock.advanceMs(5_000)
    await new Promise(setImmediate)
  }
  await cache.set('another', 1)
  expect(await keys()).toEqual(['another', 'key'])
  await cache.expire({ tags: ['t'] })
  expect(await cache.get('key')).toBeUndefined()
})

test('what a read would not give out of a near tier is not listed: after a gap of the bus, or while that tier fails', async () => {
  const { cache, bus, nearest, middle, keys } = setUp()
  await cache.set('far', 1)
  await cache.set('near', 1, { tier: 'near' })
  nearest.inject('scan', { kind: 'reject', error })
  expect(await keys()).toEqual(['far', 'near'])
  middle.inject('scan', { kind: 'throw', error })
  expect(await keys()).toEqual(['far'])
  nearest.heal()
  bus.cut()
  bus.mend()
  expect(await keys()).toEqual(['far'])
  expect(await cache.get('near')).toBeUndefined()
})

test('after close it is refused', async () => {
  const { cache } = setUp()
  const entries = cache.entries()
  await cache.close()
  await expect(Array.fromAsync(entries)).rejects.toThrow(/close/)
})
