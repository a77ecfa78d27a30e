/** Steps that read and write one key as one: add, update, increment, take, touch, expire, sliding life; wrap. */
import { BackendError, type Cache, createCache, UsageError } from '@stowage/core'
import { createFakeClock, type FakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { turn } from './held-loader.ts'

let clock: FakeClock
let backend: ReferenceBackend
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  backend = new ReferenceBackend({ holds: 'bytes' })
  cache = createCache({ backend, ttl: '1m', clock })
})

/** A second cache on the same store whose every answer comes a little later. */
function slowCache(): Cache {
  const slow = faultyBackend(backend, clock)
  for (const operation of ['get', 'set', 'lease'] as const) slow.inject(operation, { kind: 'late', delayMs: 1 })
  return createCache({ backend: slow, ttl: '1m', clock })
}

async function settled<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  const all = Promise.all(calls)
  let done = false
  void all.finally(() => {
    done = true
  })
  for (let steps = 0; !done && steps < 10_000; steps++) {
    await turn()
    clock.advanceMs(1)
  }
  return all
}

test('add stores once, whoever asks at the same time', async () => {
  const slow = slowCache()
  const added = await settled(Array.from({ length: 20 }, (_, at) => (at % 2 ? slow : cache).add('key', at)))
  expect(added.filter(Boolean)).toHaveLength(1)
  expect(await cache.get('key')).toBe(added.indexOf(true))
  clock.advanceMs(60_000)
  expect(await cache.add('key', 'again')).toBe(true)
})

test('increments from several caches are all counted', async () => {
  const slow = slowCache()
  await settled(Array.from({ length: 50 }, (_, at) => (at % 2 ? slow : cache).increment('count', 2)))
  expect(await cache.get('count')).toBe(100)
  await expect(cache.increment('count', Number.NaN)).rejects.toThrow(UsageError)
  await cache.set('text', 'x')
  await expect(cache.increment('text')).rejects.toThrow(/no number but of type string/)
})

test('update keeps life and tags unless told otherwise', async () => {
  await cache.set('list', [1], { ttl: '10s', tags: ['t'] })
  clock.advanceMs(4_000)
  expect(await cache.update<number[]>('list', (old = []) => [...old, 2])).toEqual([1, 2])
  expect(await cache.lookup('list')).toMatchObject({ value: [1, 2], ttlLeftMs: 6_000, tags: ['t'] })
  await cache.update<number[]>('list', (old = []) => [...old, 3], '1h')
  expect(await cache.lookup('list')).toMatchObject({ value: [1, 2, 3], ttlLeftMs: 3_600_000, tags: [] })
  await expect(cache.update('list', () => undefined)).rejects.toThrow(UsageError)
})

test('a value is taken by exactly one caller', async () => {
  const slow = slowCache()
  await cache.set('key', 'treasure')
  const taken = await settled(Array.from({ length: 20 }, (_, at) => (at % 2 ? slow : cache).take('key')))
  expect(taken.filter((value) => value === 'treasure')).toHaveLength(1)
  expect(await cache.has('key')).toBe(false)
})

test('touch gives a new life, and only to what is there', async () => {
  await cache.set('key', 1, { ttl: '10s', staleWhileRevalidate: '5s' })
  clock.advanceMs(9_000)
  expect([await cache.touch('key', '20s'), await cache.touch('nothing')]).toEqual([true, false])
  clock.advanceMs(19_999)
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', ttlLeftMs: 1 })
  clock.advanceMs(5_000)
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'stale' })
  clock.advanceMs(1)
  expect(await cache.touch('key')).toBe(false)
})

test('a sliding entry lives while it is read', async () => {
  await cache.set('key', 1, { ttl: '10s', sliding: true })
  for (let at = 0; at < 20; at++) {
    clock.advanceMs(8_000)
    expect(await cache.get('key')).toBe(1)
  }
  clock.advanceMs(10_000)
  expect(await cache.get('key')).toBeUndefined()
})

test('expire makes stale what it covers, for its windows from now', async () => {
  const windows = { ttl: '1h', staleWhileRevalidate: '10s' } as const
  for (const key of ['a:1', 'a:2', 'b:1']) await cache.set(key, key, { ...windows, tags: [key.slice(2)] })
  await cache.set('a:plain', 1)
  await cache.expire({ key: 'b:1' })
  const outcomes = async () =>
    (await Promise.all(['a:1', 'a:2', 'b:1'].map((key) => cache.lookup(key)))).map(({ outcome }) => outcome)
  expect(await outcomes()).toEqual(['hit', 'hit', 'stale'])
  await cache.expire({ tags: ['2'] })
  expect(await outcomes()).toEqual(['hit', 'stale', 'stale'])
  await cache.expire({ prefix: 'a:' })
  expect(await outcomes()).toEqual(['stale', 'stale', 'stale'])
  expect(await cache.has('a:plain')).toBe(false)
  clock.advanceMs(10_000)
  expect(await outcomes()).toEqual(['miss', 'miss', 'miss'])
})

test('none of these goes on without the backend', async () => {
  const down = faultyBackend(backend, clock)
  const own = createCache({ backend: down, ttl: '1m', clock })
  down.inject('get', { kind: 'throw', error: new Error('down') })
  const calls = [
    () => own.add('k', 1),
    () => own.update('k', () => 1),
    () => own.increment('k'),
    () => own.take('k'),
    () => own.touch('k'),
  ]
  for (const call of calls) await expect(call()).rejects.toThrow(BackendError)
})

test('a wrapped function keeps its results, and can be told to forget or renew them', async () => {
  let runs = 0
  const square = cache.wrap((n: number) => n * n + 0 * ++runs, { key: (n) => ['square', n], ttl: '10s' })
  expect([await square(3), await square(3), await square(4)]).toEqual([9, 9, 16])
  expect(runs).toBe(2)
  expect(await square.invalidate(3)).toBe(true)
  await square(3)
  await square.refresh(4)
  expect(runs).toBe(4)
  expect(square.peek(3)).toBeUndefined()
  expect(() => cache.wrap(() => 1, {} as never)).toThrow(/wrap: key/)
})

test.each<[string, (on: Cache) => unknown, RegExp]>([
  ['getMany of a text', (on) => on.getMany('abc' as never), /getMany: 'abc' is not allowed; allowed: an array of keys/],
  ['deleteMany of nothing', (on) => on.deleteMany(undefined as never), /deleteMany: undefined/],
  ['setMany of an object', (on) => on.setMany({ a: 1 } as never), /setMany: an object is not allowed/],
  ['wrap without options', (on) => on.wrap(() => 1, undefined as never), /wrap: undefined is not an options object/],
  ['wrap with a wrong ttl', (on) => on.wrap(() => 1, { key: () => 'k', ttl: -1 }), /ttl: -1 is not a ttl/],
  [
    'a soft timeout that never comes',
    (on) => on.getOrSet('k', () => 1, { softTimeout: '2s', hardTimeout: '1s' }),
    /softTimeout: 2000 ms never comes/,
  ],
])('%s is refused in words', async (_, act, message) => {
  await expect(Promise.resolve().then(() => act(cache))).rejects.toThrow(message)
})

test('a backend that has been closed takes no further cache', async () => {
  await cache.close()
  expect(() => createCache({ backend, ttl: 1_000, clock })).toThrow(/has been closed with the last cache on it/)
})

test('a step costs the backend a lease, a read and a write, nothing to give back', async () => {
  const counted = faultyBackend(backend, clock)
  const own = createCache({ backend: counted, ttl: '1m', clock })
  await own.increment('count')
  await own.take('count')
  await own.close()
  // The read of `truth` is counted here, since this wrapper is the truth of a backend without tiers.
  expect(Object.fromEntries(counted.callCounts)).toEqual({ lease: 2, get: 2, set: 1, delete: 1, close: 1 })
})
