/** Writes that are answered before they are afar, and entries that say in which tiers they are kept. */
import { type Cache, ConfigError, createCache } from '@stowage/core'
import {
  createFakeClock,
  type FakeClock,
  type FaultyBackend,
  faultyBackend,
  ReferenceBackend,
  TestBus,
} from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { beforeEach, expect, test } from 'vitest'

let clock: FakeClock
let store: ReferenceBackend
let far: FaultyBackend
let cache: Cache
/** Another process on the same far tier, which writes through. */
let other: Cache

function attach(write: 'through' | 'behind', maxEntries = 5_000): Cache {
  const tiers = [memoryBackend({ maxEntries }), write === 'behind' ? far : store]
  return createCache({ backend: hybridBackend({ tiers, write, clock, onTier: () => undefined }), ttl: '1h', clock })
}

/** Time for one flush. */
async function flushed(): Promise<void> {
  clock.advanceMs(1_000)
  for (let at = 0; at < 20; at++) await new Promise(setImmediate)
}

const fromAfar = (key: string) => attach('through').get(key)
const farSets = () => far.callCounts.get('set') ?? 0

beforeEach(() => {
  clock = createFakeClock()
  store = new ReferenceBackend({ holds: 'bytes' })
  far = faultyBackend(store, clock)
  cache = attach('behind')
  other = attach('through')
})

test('a hundred writes of a key are one afar, at the interval, and are read meanwhile though memory has forgotten', async () => {
  const small = attach('behind', 1)
  for (let at = 0; at < 100; at++) await small.set('key', at)
  await small.set('displaces', 1)
  expect(await small.get('key')).toBe(99)
  expect(await fromAfar('key')).toBeUndefined()
  await flushed()
  expect(await fromAfar('key')).toBe(99)
  expect(farSets()).toBe(2)
})

test('what a load made is queued as well', async () => {
  expect(await cache.getOrSet('key', () => 'loaded')).toBe('loaded')
  expect(farSets()).toBe(0)
  await flushed()
  expect(await fromAfar('key')).toBe('loaded')
})

test('others are told when it is written down: what they copied before is old', async () => {
  const line = new TestBus()
  const [one, two] = [far, store].map((reached, at) => {
    const tiers = [memoryBackend({ maxEntries: 9 }), reached]
    const write = at === 0 ? 'behind' : 'through'
    return createCache({ backend: hybridBackend({ tiers, write, bus: line.attach(), clock }), ttl: '1h', clock })
  })
  await two?.set('key', 'older')
  await one?.set('key', 'newer')
  await line.settle()
  expect(await two?.get('key')).toBe('older')
  await flushed()
  await line.settle()
  expect(await two?.get('key')).toBe('newer')
  expect(await one?.get('key')).toBe('newer')
})

test('closing writes everything down', async () => {
  for (let at = 0; at < 50; at++) await cache.set(`key ${at}`, at)
  const kept: string[] = []
  store.set = (key) => {
    kept.push(key)
    return 'stored'
  }
  await cache.close()
  expect(kept).toHaveLength(50)
})

test.each<[string, (on: Cache) => Promise<unknown>]>([
  ['deletes', (on) => on.delete('key')],
  ['invalidates', (on) => on.invalidate({ tags: ['t'] })],
  ['writes', (on) => on.set('key', 'newer')],
])('what another %s before it is written down wins', async (what, act) => {
  await cache.set('key', 'queued', { tags: ['t'] })
  await new Promise(setImmediate)
  await act(other)
  await flushed()
  const expected = what === 'writes' ? 'newer' : undefined
  expect(await fromAfar('key')).toBe(expected)
  expect(await cache.get('key')).toBe(expected)
})

test.each<[string, (on: Cache) => Promise<unknown>]>([
  ['delete', (on) => on.delete('key')],
  ['invalidate', (on) => on.invalidate({ tags: ['t'] })],
  ['clear', (on) => on.invalidate({ all: true })],
])('an own %s takes what is queued along', async (_, act) => {
  await cache.set('key', 'queued', { tags: ['t'] })
  await act(cache)
  expect(await cache.get('key')).toBeUndefined()
  await flushed()
  expect(await cache.get('key')).toBeUndefined()
  expect(await fromAfar('key')).toBeUndefined()
})

test('steps that read and write one key see what is queued', async () => {
  await cache.set('n', 1)
  expect(await cache.increment('n')).toBe(2)
  expect(await cache.add('n', 7)).toBe(false)
  await cache.set('n', 10)
  expect(await cache.take('n')).toBe(10)
  expect(await cache.get('n')).toBeUndefined()
})

test('the queue is bounded: beyond it writes go through', async () => {
  for (let at = 0; at < 1_200; at++) await cache.set(`key ${at}`, at)
  expect(farSets()).toBe(200)
  const large = 'x'.repeat(9_000_000)
  await flushed()
  const before = farSets()
  await cache.set('large', large)
  await cache.set('larger', large)
  expect(farSets()).toBe(before + 1)
})

test('a write that cannot be written down is near only, and nothing older is served in its place', async () => {
  await other.set('key', 'older')
  await cache.set('key', 'newer')
  for (const operation of ['set', 'delete', 'invalidate'] as const) {
    far.inject(operation, { kind: 'throw', error: new Error('down') })
  }
  await flushed()
  expect(await cache.get('key')).toBe('newer')
  await cache.delete('key')
  expect(await cache.get('key')).toBeUndefined()
})

test('near only: not afar, and what was afar is gone', async () => {
  const through = attach('through')
  await other.set('key', 'older')
  expect(await through.set('key', 'near', { tier: 'near' })).toEqual({ outcome: 'stored' })
  expect(await through.get('key')).toBe('near')
  expect(await fromAfar('key')).toBeUndefined()
  expect(await through.getOrSet('loaded', () => 1, { tier: 'near' })).toBe(1)
  expect(through.peek('loaded')).toBe(1)
  expect(await fromAfar('loaded')).toBeUndefined()
})

test('near only, too, is not stored over an invalidation that came during the load', async () => {
  const through = attach('through')
  const source = Promise.withResolvers<number>()
  const loading = through.getOrSet('key', () => source.promise, { tier: 'near' })
  await new Promise(setImmediate)
  await other.delete('key')
  source.resolve(1)
  await loading
  expect(await through.get('key')).toBeUndefined()
})

test('far only: not near until it is read', async () => {
  const through = attach('through')
  await through.set('key', 1)
  await through.set('key', 2, { tier: 'far' })
  expect(through.peek('key')).toBeUndefined()
  expect(await through.get('key')).toBe(2)
  await new Promise(setImmediate)
  expect(through.peek('key')).toBe(2)
})

test('what is not allowed says what is', async () => {
  await expect(cache.set('key', 1, { tier: 'middle' as never })).rejects.toThrow(/'near', 'far', 'all'/)
  const tiers = [memoryBackend({ maxEntries: 9 }), store]
  expect(() => hybridBackend({ tiers, write: 'later' as never })).toThrow(ConfigError)
  expect(() => hybridBackend({ tiers, flushInterval: '6s' })).toThrow(/up to 5000 ms/)
})
