/** Reads of one moment of a backend that takes many keys at once: one question, and each key its own answer. */
import { type Backend, BackendError, createCache, keyText } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from './held-loader.ts'

/** Keeps what it was asked for. */
class Gathering extends ReferenceBackend {
  readonly asked: (readonly string[])[] = []
  readonly alone: string[] = []
  fails = false
  /** Of these it says nothing in one go. */
  readonly unsure = new Set<string>()

  async getMany(keys: readonly string[], nowMs: number) {
    this.asked.push(keys)
    await turn()
    if (this.fails) throw new Error('down')
    return keys.map((key) => (this.unsure.has(key) ? undefined : super.get(key, nowMs)))
  }

  override get(key: string, nowMs: number) {
    this.alone.push(key)
    return super.get(key, nowMs)
  }
}

function opened(onFault: 'bypass' | 'throw' = 'bypass') {
  const backend = new Gathering({ holds: 'bytes' })
  const clock = createFakeClock()
  return { backend, clock, cache: createCache({ backend, ttl: '1m', clock, onFault }) }
}

test('gets and loads of one moment are one question, and one operation of the backend', async () => {
  const { backend, cache } = opened()
  await cache.set('a', 1)
  await cache.set(['b', 2], 2)
  const answers = Promise.all([
    cache.get('a'),
    cache.get(['b', 2]),
    cache.lookup('none'),
    cache.has('a'),
    cache.getOrSet('a', () => 'loaded'),
  ])
  expect(await answers).toEqual([1, 2, { outcome: 'miss', reason: 'absent' }, true, 1])
  expect(backend.asked).toEqual([['a', keyText(['b', 2]), 'none', 'a', 'a']])
  expect(backend.alone).toEqual([])
  expect(cache.stats()).toMatchObject({ lookups: 5, hits: 4, misses: { absent: 1 } })
  expect(cache.stats().backendTimes.count).toBe(3)
})

test('getMany gives what is there, in the order of the keys, and each key once', async () => {
  const { backend, cache } = opened()
  for (const key of ['a', 'b', 'c']) await cache.set(key, key.toUpperCase())
  const found = await cache.getMany(['c', 'none', 'a', 'c', 'b'])
  expect([...found]).toEqual([
    ['c', 'C'],
    ['a', 'A'],
    ['b', 'B'],
  ])
  expect(backend.asked).toHaveLength(1)
  await expect(cache.getMany(['a', '\ud800', 'b'])).rejects.toThrow(/lone surrogate/)
})

test('no question is for more keys than can be decoded in one go', async () => {
  const { backend, cache } = opened()
  const keys = Array.from({ length: 1_300 }, (_, at) => `key ${at}`)
  await cache.setMany(keys.map((key, at) => [key, at]))
  const reading = Promise.all(keys.map((key) => cache.get(key)))
  // What is full goes at once; of what is under way there is no more than a backend is asked for together.
  expect(backend.asked.map(({ length }) => length)).toEqual([512, 512])
  expect(await reading).toEqual(keys.map((_, at) => at))
  expect(backend.asked.map(({ length }) => length)).toEqual([512, 512, 276])
})

test('getMany asks for all of its keys so, those that have to be asked for alone as well', async () => {
  const { backend, cache } = opened()
  const keys = Array.from({ length: 1_300 }, (_, at) => `key ${at}`)
  await cache.setMany(keys.map((key, at) => [key, at]))
  backend.unsure.add('key 600')
  const reading = cache.getMany(keys)
  const closing = cache.close()
  expect([...(await reading)]).toEqual(keys.map((key, at) => [key, at]))
  await closing
  expect(backend.asked.map(({ length }) => length)).toEqual([512, 512, 276])
  expect(backend.alone).toEqual(['key 600'])
  expect(cache.stats()).toMatchObject({ lookups: 1_300, hits: 1_300 })
})

test('what is not answered in one go is asked for by itself', async () => {
  const { backend, cache } = opened()
  for (const key of ['a', 'b']) await cache.set(key, key)
  backend.unsure.add('b')
  expect(await Promise.all([cache.get('a'), cache.get('b')])).toEqual(['a', 'b'])
  expect(backend.alone).toEqual(['b'])
  expect(cache.stats()).toMatchObject({ lookups: 2, hits: 2 })
})

test('one that fails is a miss of each key, one fault, and for the breaker as many failures as keys', async () => {
  const { backend, cache } = opened()
  backend.fails = true
  const faults: string[] = []
  cache.on('fault', ({ operation }) => faults.push(operation))
  const lookups = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => cache.lookup(key)))
  expect(lookups).toEqual(Array(5).fill({ outcome: 'miss', reason: 'fault' }))
  expect(faults).toEqual(['get'])
  expect(cache.stats()).toMatchObject({ faults: 1, misses: { fault: 5 }, breakerOpenings: 1 })
  expect(await cache.get('a')).toBeUndefined()
  expect(backend.asked).toHaveLength(1)
})

test('with faults thrown, each caller hears of it', async () => {
  const { backend, cache } = opened('throw')
  backend.fails = true
  const outcomes = await Promise.allSettled([cache.get('a'), cache.get('b'), cache.getMany(['c', 'd'])])
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(BackendError) as unknown })
  }
  // The gets are one question, and getMany is another.
  expect(cache.stats().faults).toBe(2)
})

test('a cache that is off asks nothing', async () => {
  const backend = new Gathering({ holds: 'bytes' })
  const cache = createCache({ backend, ttl: '1m', mode: 'off' })
  expect(await cache.getMany(['a', 'b'])).toEqual(new Map())
  expect(await cache.get('a')).toBeUndefined()
  expect(backend.asked).toEqual([])
  expect(cache.stats()).toMatchObject({ lookups: 3, misses: { absent: 3 } })
  await cache.close()
})

test('closing waits for reads that have not been sent', async () => {
  const { cache } = opened()
  await cache.set('a', 1)
  const reading = cache.get('a')
  await cache.close()
  expect(await reading).toBe(1)
})

test('closing waits for reads of a backend that takes one key at a time', async () => {
  const backend = new ReferenceBackend({ holds: 'bytes' })
  const slow = new Proxy<Backend>(backend, {
    get(_, name): unknown {
      if (name === 'get') return (key: string, nowMs: number) => turn().then(() => backend.get(key, nowMs))
      const own: unknown = Reflect.get(backend, name)
      const bound: unknown = typeof own === 'function' ? own.bind(backend) : own
      return bound
    },
  })
  const cache = createCache({ backend: slow, ttl: '1m', clock: createFakeClock() })
  await cache.set('a', 1)
  const reading = cache.getMany(['a'])
  await cache.close()
  expect(await reading).toEqual(new Map([['a', 1]]))
})

test('an invalidation that failed before they were asked for covers all of them', async () => {
  const { backend, cache } = opened()
  await cache.set('a', 1, { tags: ['t'] })
  await cache.set('b', 2)
  backend.invalidate = () => {
    throw new Error('down')
  }
  await expect(cache.invalidate({ tags: ['t'] })).rejects.toThrow(BackendError)
  expect(await cache.getMany(['a', 'b'])).toEqual(new Map([['b', 2]]))
})
