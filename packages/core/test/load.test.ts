/** The load trip: one load per key, no resurrection, stale while revalidating, and the loader's wishes. */
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { heldLoader, turn } from './held-loader.ts'

let clock: FakeClock
let backend: ReferenceBackend
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  backend = new ReferenceBackend({ holds: 'bytes' })
  cache = createCache({ backend, ttl: '1m', clock })
})

test('10,000 callers of one key: one load, one result for all', async () => {
  const { loader, runs } = heldLoader()
  const calls = Array.from({ length: 10_000 }, () => cache.getOrSet('key', loader))
  await turn()
  runs[0]?.settle('value')
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['value']))
  expect(runs).toHaveLength(1)
  expect(cache.stats()).toMatchObject({ loads: 1, joined: 9_999, lookups: 10_000, loading: 0 })
})

test('a failing load fails once, with one error object for all, and is not stored', async () => {
  const { loader, runs } = heldLoader()
  const calls = Array.from({ length: 100 }, () => cache.getOrSet('key', loader).catch((error: unknown) => error))
  await turn()
  const error = new Error('source is down')
  runs[0]?.fail(error)
  expect(new Set(await Promise.all(calls))).toEqual(new Set([error]))
  expect(runs).toHaveLength(1)
  expect(cache.stats()).toMatchObject({ loads: 0, loadFailures: 1 })
  expect(await cache.getOrSet('key', () => 'next')).toBe('next')
})

test('a loader that throws at once rejects, and the slot is free again', async () => {
  const boom = () => {
    throw new TypeError('at once')
  }
  await expect(cache.getOrSet('key', boom)).rejects.toThrow('at once')
  expect(await cache.getOrSet('key', () => 1)).toBe(1)
})

test('lookupOrSet says how the value was come by', async () => {
  const { loader, runs } = heldLoader()
  const [first, second] = [cache.lookupOrSet('key', loader), cache.lookupOrSet('key', loader)]
  await turn()
  clock.advanceMs(250)
  runs[0]?.settle(7)
  expect(await first).toEqual({
    outcome: 'loaded',
    value: 7,
    tier: undefined,
    ageMs: 0,
    ttlLeftMs: 60_000,
    loadMs: 250,
  })
  expect(await second).toMatchObject({ outcome: 'joined', value: 7, loadMs: 250 })
  clock.advanceMs(1_000)
  const hit = { outcome: 'hit', value: 7, tier: 'reference', ageMs: 1_000, ttlLeftMs: 59_000, loadMs: undefined }
  expect(await cache.lookupOrSet('key', loader)).toEqual(hit)
})

describe('no resurrection: a load that began before is not stored, nor given to later callers', () => {
  const acts: [string, (on: Cache) => Promise<unknown>][] = [
    ['delete', (on) => on.delete('key')],
    ['invalidate by a tag only the loader named', (on) => on.invalidate({ tags: ['named late'] })],
    ['invalidate by prefix', (on) => on.invalidate({ prefix: 'k' })],
    ['invalidate by pattern', (on) => on.invalidate({ pattern: '*y' })],
    ['invalidate all', (on) => on.invalidate({ all: true })],
  ]
  describe.each(['the same cache', 'another cache on the backend'])('through %s', (who) => {
    test.each(acts)('%s', async (_, act) => {
      const other = who === 'the same cache' ? cache : createCache({ backend, ttl: '1m', clock })
      const { loader, runs } = heldLoader()
      const before = cache.getOrSet('key', async (context) => {
        context.set({ tags: ['named late'] })
        return loader(context)
      })
      await turn()
      await act(other)
      const after = cache.getOrSet('key', loader)
      await turn()
      runs[0]?.settle('old')
      expect(await before).toBe('old')
      await turn()
      runs[1]?.settle('new')
      expect(await after).toBe('new')
      expect(await cache.get('key')).toBe('new')
      expect(runs).toHaveLength(2)
      expect(cache.stats().refused.superseded).toBe(1)
    })
  })

  test('a caller that asks while the write is on its way home gets nothing that was deleted meanwhile', async () => {
    const slow = faultyBackend(backend, clock)
    const own = createCache({ backend: slow, ttl: '1m', clock })
    slow.inject('set', { kind: 'late', delayMs: 50 })
    const before = own.getOrSet('key', () => 'old')
    await turn()
    expect(await cache.delete('key')).toBe(true)
    const after = own.getOrSet('key', () => 'new')
    await turn()
    slow.heal()
    clock.advanceMs(50)
    expect([await before, await after]).toEqual(['old', 'new'])
  })

  test('a set during the load wins over it', async () => {
    const { loader, runs } = heldLoader()
    const loading = cache.getOrSet('key', loader)
    await turn()
    await cache.set('key', 'set')
    const after = cache.getOrSet('key', loader)
    runs[0]?.settle('old')
    expect([await loading, await after, await cache.get('key')]).toEqual(['old', 'set', 'set'])
  })

  test('a skipped result is shared only while nothing was invalidated', async () => {
    const { loader, runs } = heldLoader()
    const skipping = () => cache.getOrSet('key', async (context) => context.skip(await loader(context)))
    const before = skipping()
    await turn()
    await cache.delete('key')
    const after = skipping()
    await turn()
    runs[0]?.settle('old')
    await turn()
    runs[1]?.settle('new')
    expect([await before, await after]).toEqual(['old', 'new'])
    expect(await cache.get('key')).toBeUndefined()
  })
})

test('a load longer than its lease is still stored: the lease is renewed', async () => {
  const { loader, runs } = heldLoader()
  const loading = cache.getOrSet('key', loader, '1h')
  await turn()
  for (let seconds = 0; seconds < 120; seconds++) {
    clock.advanceMs(1_000)
    await turn()
  }
  runs[0]?.settle('slow')
  await loading
  expect(await cache.get('key')).toBe('slow')
})

describe('stale while revalidate', () => {
  const options = { ttl: '1s', staleWhileRevalidate: '1h' } as const

  test('the stale value is served at once, by one refresh behind', async () => {
    await cache.set('key', 'old', options)
    clock.advanceMs(1_000)
    const { loader, runs } = heldLoader()
    const served = await Promise.all(Array.from({ length: 50 }, () => cache.getOrSet('key', loader, options)))
    expect(new Set(served)).toEqual(new Set(['old']))
    await turn()
    expect(runs).toHaveLength(1)
    runs[0]?.settle('new')
    await turn()
    expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', value: 'new' })
  })

  test('a failing refresh is counted and reported, and the stale value stays', async () => {
    await cache.set('key', 'old', options)
    clock.advanceMs(1_000)
    const stories: unknown[] = []
    cache.on('load', ({ background, outcome }) => stories.push({ background, outcome }))
    expect(await cache.getOrSet('key', () => Promise.reject(new Error('down')), options)).toBe('old')
    await turn()
    expect(stories).toEqual([{ background: true, outcome: 'failed' }])
    expect(cache.stats().loadFailures).toBe(1)
    expect(await cache.get('key')).toBe('old')
  })

  test('the refresh is told what is stale and that nobody waits', async () => {
    await cache.set('key', 'old', options)
    clock.advanceMs(1_500)
    const seen: unknown[] = []
    await cache.getOrSet('key', ({ background, stale }) => seen.push({ background, stale }), options)
    await turn()
    expect(seen).toEqual([{ background: true, stale: { value: 'old', ageMs: 1_500 } }])
  })
})

test('the loader decides ttl and tags, or not to store', async () => {
  await cache.getOrSet('short', ({ set }) => {
    set({ ttl: 10, tags: ['t'] })
    return 1
  })
  expect(await cache.lookup('short')).toMatchObject({ ttlLeftMs: 10, tags: ['t'] })
  expect(await cache.getOrSet('skipped', ({ skip }) => skip('value'))).toBe('value')
  expect(await cache.getOrSet('nothing', () => undefined)).toBeUndefined()
  expect([await cache.has('skipped'), await cache.has('nothing')]).toEqual([false, false])
})

test('fresh loads even over a hit, and replaces it', async () => {
  await cache.set('key', 'old')
  expect(await cache.getOrSet('key', () => 'new', { fresh: true })).toBe('new')
  expect(await cache.get('key')).toBe('new')
})

test('a caller whose read was overtaken by a finished load takes what that load stored', async () => {
  const slow = new ReferenceBackend({ holds: 'bytes' })
  const gates: (() => void)[] = []
  const plainGet = slow.get.bind(slow)
  const reads = { held: false }
  slow.get = ((key: string, nowMs: number) => {
    const found = plainGet(key, nowMs)
    return reads.held ? new Promise((resolve) => gates.push(() => resolve(found))) : found
  }) as typeof slow.get
  const own = createCache({ backend: slow, ttl: '1m', clock })
  reads.held = true
  const late = own.getOrSet('key', () => 'second load')
  await turn()
  reads.held = false
  expect(await own.getOrSet('key', () => 'first load')).toBe('first load')
  gates[0]?.()
  expect(await late).toBe('first load')
  expect(own.stats().loads).toBe(1)
})
