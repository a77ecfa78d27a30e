/** One load per key, whoever asks and however: one run, one result or failure for all, and no loader that waits for itself. */
import { type Cache, createCache, type LoadOptions, TimeoutError, UsageError } from '@stowage/core'
import { createFakeClock, type FakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { heldLoader, turn } from './held-loader.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m', clock })
})

/** 10,000 callers, by every call that loads. */
function stampede(loader: () => Promise<unknown>): Promise<unknown>[] {
  const bulk = async (missing: readonly string[]) => {
    const value = await loader()
    return new Map(missing.map((key) => [key, value]))
  }
  const wrapped = cache.wrap(loader, { key: () => 'key' })
  const calls = [
    () => cache.getOrSet('key', loader),
    () => cache.lookupOrSet('key', loader).then(({ value }) => value),
    () => cache.getOrSetMany(['key'], bulk).then((found) => found.get('key')),
    () => wrapped(),
  ]
  return Array.from({ length: 2_500 }, () => calls.map((call) => call())).flat()
}

test('10,000 callers by four kinds of call: one run, and the very same object for all', async () => {
  const { loader, runs } = heldLoader()
  const calls = stampede(() => loader({} as never))
  await turn()
  const value = { some: 'value' }
  runs[0]?.settle(value)
  const seen = new Set(await Promise.all(calls))
  expect([seen.size, [...seen][0] === value, runs.length]).toEqual([1, true, 1])
})

test('10,000 callers of a load that fails: one run, and the very same error for all', async () => {
  const { loader, runs } = heldLoader()
  const calls = stampede(() => loader({} as never)).map((call) => call.catch((error: unknown) => error))
  await turn()
  const error = new Error('source is down')
  runs[0]?.fail(error)
  const seen = new Set(await Promise.all(calls))
  expect([seen.size, [...seen][0] === error, runs.length]).toEqual([1, true, 1])
})

test('a bulk load that never ends fails its callers at their hard timeout, key by key', async () => {
  const hanging = () => new Promise<never>(() => undefined)
  const many = cache.getOrSetMany(['a', 'b'], hanging, { hardTimeout: 100 }).catch((error: unknown) => error)
  const single = cache.getOrSet('a', hanging, { hardTimeout: 200 }).catch((error: unknown) => error)
  await turn()
  clock.advanceMs(100)
  expect(await many).toBeInstanceOf(TimeoutError)
  clock.advanceMs(100)
  expect(await single).toMatchObject({ limitMs: 200 })
  // Abandoned by all, the slots are free when the leases have ended.
  for (let seconds = 0; seconds < 11; seconds++) {
    clock.advanceMs(1_000)
    await turn()
  }
  expect(await cache.getOrSetMany(['a', 'b'], (keys) => new Map(keys.map((key) => [key, 1])))).toEqual(
    new Map([
      ['a', 1],
      ['b', 1],
    ]),
  )
})

test('callers of one fingerprint share a load, and so do callers who do not compare', async () => {
  const { loader, runs } = heldLoader()
  const calls = [{ fingerprint: 'mtime 1' }, { fingerprint: 'mtime 1' }, {}].map(async (options, at) => {
    for (let turns = 0; turns < at; turns++) await turn()
    return cache.getOrSet('file', loader, options)
  })
  for (let turns = 0; turns < 4; turns++) await turn()
  runs[0]?.settle('contents')
  expect(await Promise.all(calls)).toEqual(['contents', 'contents', 'contents'])
  expect(runs).toHaveLength(1)
})

describe('callers of one moment', () => {
  const burst = (options?: LoadOptions) => [cache.getOrSet('key', down, options), cache.getOrSet('key', down, options)]
  const down = () => Promise.reject(new Error('source is down'))

  test('who join a load going on are counted each', async () => {
    const { loader, runs } = heldLoader()
    const first = cache.getOrSet('key', loader)
    await turn()
    const joined = burst()
    await turn()
    runs[0]?.settle(1)
    expect(await Promise.all([first, ...joined])).toEqual([1, 1, 1])
    expect(cache.stats()).toMatchObject({ lookups: 3, misses: { absent: 3 }, joined: 2, loads: 1 })
  })

  test('who are given an older value are counted once each', async () => {
    await cache.set('key', 'old', { ttl: '1s', staleIfError: '1h' })
    clock.advanceMs(1_000)
    expect(await Promise.all(burst())).toEqual(['old', 'old'])
    expect(cache.stats()).toMatchObject({ lookups: 2, misses: { expired: 2 }, fallbacks: 2, loadFailures: 1 })
  })

  test('whose read is thrown have looked nothing up', async () => {
    const backend = faultyBackend(new ReferenceBackend(), clock)
    cache = createCache({ backend, ttl: '1m', onFault: 'throw', clock })
    backend.inject('get', { kind: 'throw', error: new Error('down') })
    expect((await Promise.allSettled(burst())).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(cache.stats()).toMatchObject({ lookups: 0, joined: 0 })
  })

  test('wait no longer than each has said', async () => {
    const options = { ttl: '1s', staleIfError: '1h' } as const
    await cache.set('key', 'old', options)
    clock.advanceMs(1_000)
    const { loader, runs } = heldLoader()
    const patient = cache.getOrSet('key', loader, options)
    const hasty = cache.getOrSet('key', loader, { ...options, softTimeout: 50 })
    await turn()
    clock.advanceMs(50)
    expect(await hasty).toBe('old')
    runs[0]?.settle('new')
    expect(await patient).toBe('new')
  })

  test('do not wait for a fresh value that another of them asked for', async () => {
    await cache.set('key', 'stored')
    const { loader, runs } = heldLoader()
    const fresh = cache.getOrSet('key', loader, { fresh: true })
    expect(await cache.getOrSet('key', loader)).toBe('stored')
    await turn()
    runs[0]?.settle('new')
    expect(await fresh).toBe('new')
  })

  test('do not keep the other keys of a bulk load waiting', async () => {
    const { loader, runs } = heldLoader()
    const asked: string[] = []
    // In the very microtask before the bulk call comes to its keys.
    const single = Promise.resolve().then(() => cache.getOrSet('key', loader))
    const many = cache.getOrSetMany(['key', 'other'], (missing) => {
      asked.push(...missing)
      return new Map(missing.map((key) => [key, 2]))
    })
    await turn()
    expect(asked).toEqual(['other'])
    runs[0]?.settle(1)
    expect([await single, [...(await many).values()]]).toEqual([1, [1, 2]])
  })
})

describe('a loader that would wait for itself fails in words', () => {
  const others: Readonly<Record<string, (own: () => Promise<unknown>) => unknown>> = {
    'through getOrSetMany of its key and another': () =>
      cache.getOrSetMany(['other', 'key'], (keys) => new Map(keys.map((key) => [key, 1]))),
    'through lookupOrSet': (own) => cache.lookupOrSet('key', own),
    'through a wrapped call': (own) => cache.wrap(own, { key: () => 'key' })(),
    'through a refresh of it': (own) => cache.wrap(own, { key: () => 'key' }).refresh(),
    'through the namespace it is in': (own) => cache.namespace('n').getOrSet('key', own),
    'through a bulk load of others that asks for it': () =>
      cache.getOrSetMany(['other'], async () => new Map([['other', await cache.getOrSet('key', () => 1)]])),
  }
  test.each(Object.keys(others))('%s', async (how) => {
    const at = how.includes('namespace') ? cache.namespace('n') : cache
    const own = async (): Promise<unknown> => others[how]?.(own)
    await expect(at.getOrSet('key', own)).rejects.toThrow(UsageError)
    expect(await at.getOrSet('key', () => 'next')).toBe('next')
  })

  test('through another key that somebody asks for in the same moment', async () => {
    const { loader, runs } = heldLoader()
    const other = () => cache.getOrSet('key', () => 'never')
    const own = cache.getOrSet('key', async (context) => {
      await loader(context)
      return cache.getOrSet('other', other)
    })
    await turn()
    const outside = Promise.resolve().then(() => cache.getOrSet('other', other))
    runs[0]?.settle('go on')
    const outcomes = await Promise.allSettled([own, outside])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  test('an update in its own update, too', async () => {
    const own = () => cache.update<number>('key', (old = 0) => old + 1)
    await expect(cache.update('key', own)).rejects.toThrow(/waits for itself/)
    expect(await cache.increment('key')).toBe(1)
  })

  test('but a refresh behind may ask for its own key, and gets the value it is to replace', async () => {
    const options = { ttl: '1s', staleWhileRevalidate: '1h' } as const
    await cache.set('key', 1, options)
    clock.advanceMs(1_000)
    const next = async () => (await cache.getOrSet<number>('key', () => 0, options)) + 1
    expect(await cache.getOrSet('key', next, options)).toBe(1)
    await turn()
    expect(await cache.get('key')).toBe(2)
  })
})
