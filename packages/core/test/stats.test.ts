/** What a cache counts, tier by tier, how long things took, what waits, and counting anew. */
import { beforeEach, expect, test } from 'vitest'
import { faultyCache } from './faulty-cache.ts'
import { heldLoader, turn } from './held-loader.ts'

let { clock, backend, cache } = faultyCache({ holds: 'values', ttl: '1m', staleWhileRevalidate: '1h' })

beforeEach(() => {
  ;({ clock, backend, cache } = faultyCache({ holds: 'values', ttl: '1m', staleWhileRevalidate: '1h' }))
})

test('every tier has its own hits; the sum is the cache’s', async () => {
  await cache.set('key', 1)
  await cache.get('key') // at once from memory
  await cache.has('key') // by the slow path, same tier
  clock.advanceMs(60_000)
  await cache.get('key')
  expect(cache.stats()).toMatchObject({ hits: 2, stale: 1, tiers: { reference: { hits: 2, stale: 1 } } })
})

test('load times: percentiles of loads that returned and that threw', async () => {
  expect(cache.stats().loadTimes).toEqual({
    count: 0,
    p50Ms: undefined,
    p90Ms: undefined,
    p99Ms: undefined,
    maxMs: undefined,
  })
  for (let at = 1; at <= 100; at++) {
    const { loader, runs } = heldLoader()
    const call = cache.getOrSet(`key ${at}`, loader)
    await turn()
    clock.advanceMs(at)
    if (at === 100) runs[0]?.fail(new Error('source is down'))
    else runs[0]?.settle(at)
    await call.catch(() => 'looked at by the counters')
  }
  const { count, p50Ms = 0, p90Ms = 0, p99Ms = 0, maxMs = 0 } = cache.stats().loadTimes
  expect(count).toBe(100)
  for (const [found, expected] of [
    [p50Ms, 50],
    [p90Ms, 90],
    [p99Ms, 99],
    [maxMs, 100],
  ] as const) {
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.01)
  }
})

test('backend times: operations that are late or hang count with the time that was waited for them', async () => {
  backend.inject('get', { kind: 'late', delayMs: 40 })
  const late = cache.get('key')
  await turn()
  clock.advanceMs(40)
  await late
  backend.inject('get', { kind: 'hang' })
  const hanging = cache.get('key')
  await turn()
  clock.advanceMs(2_000)
  await hanging
  const { count, p50Ms = 0, maxMs = 0 } = cache.stats().backendTimes
  expect(count).toBe(2)
  expect(p50Ms / 40).toBeCloseTo(1, 1)
  expect(maxMs / 2_000).toBeCloseTo(1, 1)
})

test('queues say what is on its way, and nothing once it is done', async () => {
  const { loader, runs } = heldLoader()
  const load = cache.getOrSet('loading', loader)
  const step = cache.update('stepping', async () => load)
  backend.inject('invalidate', { kind: 'throw', error: new Error('disk on fire') })
  await cache.invalidate({ tags: ['t'] }).catch(() => 'tried again behind')
  await turn()
  expect(cache.stats().queues).toEqual({ calls: 2, loads: 1, steps: 1, invalidations: 1 })
  backend.heal()
  runs[0]?.settle(1)
  await step
  clock.advanceMs(100)
  await turn()
  expect(cache.stats().queues).toEqual({ calls: 0, loads: 0, steps: 0, invalidations: 0 })
})

test('resetStats begins at 0; a load going on counts where it ends', async () => {
  const { loader, runs } = heldLoader()
  const call = cache.getOrSet('key', loader)
  await turn()
  expect(cache.stats()).toMatchObject({ lookups: 1, loading: 1 })
  cache.resetStats()
  expect(cache.stats()).toMatchObject({ lookups: 0, loading: 1, backendTimes: { count: 0 } })
  runs[0]?.settle(1)
  await call
  expect(cache.stats()).toMatchObject({ lookups: 0, misses: { absent: 0 }, loads: 1, loading: 0, writes: 1 })
})

test('what the backend holds is known from the last usage, or the sweep of every minute', async () => {
  expect(cache.stats().held).toBeUndefined()
  await cache.set('a', 1)
  const usage = await cache.usage()
  expect(cache.stats().held).toEqual({ entries: 1, bytes: usage.bytes })
  await cache.set('b', 1)
  clock.advanceMs(60_000)
  await turn()
  expect(cache.stats().held?.entries).toBe(2)
})
