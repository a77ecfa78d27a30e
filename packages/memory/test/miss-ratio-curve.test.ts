/** What other sizes would bring, beside caches that have them. */
import { type Cache, createCache, NEVER_MS } from '@stowage/core'
import { createFakeClock, createRandom } from '@stowage/core/testing'
import { type MemoryOptions, memoryBackend } from '@stowage/memory'
import { describe, expect, test } from 'vitest'
import { EntryStore } from '../src/entry-store.ts'
import { LeaseTable } from '../src/lease-table.ts'
import { MissRatioCurve } from '../src/miss-ratio-curve.ts'
import { planMemory } from '../src/options.ts'
import { RemovalReports } from '../src/removal-reports.ts'

const clock = createFakeClock()

const cacheOf = (options: MemoryOptions) => createCache({ backend: memoryBackend(options), ttl: '1h', clock })

/** Keys of which few are asked for often: the square of an even draw. */
function skewedKeys(keyCount: number, lookupCount: number): number[] {
  const random = createRandom(7)
  return Array.from({ length: lookupCount }, () => Math.floor((random.below(1e6) / 1e6) ** 3 * keyCount))
}

const textOf = (key: number) => 'x'.repeat(100 + (key % 7) * 100)

async function replay(cache: Cache, keys: readonly number[]): Promise<number> {
  for (const key of keys) {
    const name = `key:${key}`
    if ((await cache.get(name)) === undefined) await cache.set(name, textOf(key))
  }
  return cache.stats().hitRatio ?? 0
}

describe.each([
  ['a few entries, all of them picked', { maxEntries: 200 }, 2_000, 20_000],
  ['many entries, a sample of them picked', { maxEntries: 4_000 }, 40_000, 60_000],
  ['bytes', { maxBytes: 200_000 }, 4_000, 20_000],
  ['the least recently used going first', { maxEntries: 200, policy: 'lru' }, 2_000, 20_000],
] as const)('%s', (_, options, keyCount, lookupCount) => {
  const keys = skewedKeys(keyCount, lookupCount)

  test('every size is foretold within 5 points', { timeout: 60_000 }, async () => {
    const measured = cacheOf({ ...options, missRatioCurve: true })
    const own = await replay(measured, keys)
    const curve = measured.stats().missRatioCurve ?? []
    expect(curve.map(({ scale }) => scale)).toEqual([0.25, 0.5, 1, 2, 4, 8])
    expect(curve[2]?.hitRatio).toBeCloseTo(own, 5)
    for (const { hitRatio, maxEntries, maxBytes } of curve) {
      const limits = { ...(maxEntries && { maxEntries }), ...(maxBytes && { maxBytes }) }
      const real = await replay(cacheOf({ ...options, ...limits }), keys)
      expect(Math.abs(hitRatio - real)).toBeLessThan(0.05)
    }
    expect((curve[5]?.hitRatio ?? 0) - (curve[0]?.hitRatio ?? 0)).toBeGreaterThan(0.2)
  })
})

test.each<[string, (cache: Cache) => Promise<unknown>]>([
  ['expired', async () => clock.advanceMs(3_600_000)],
  ['deleted', (cache) => cache.delete('key')],
  ['invalidated by tag', (cache) => cache.invalidate({ tags: ['tag'] })],
  ['invalidated by prefix', (cache) => cache.invalidate({ prefix: 'k' })],
  ['invalidated with all', (cache) => cache.invalidate({ all: true })],
])('no size would have answered what was %s', async (_, end) => {
  const cache = cacheOf({ maxEntries: 10, missRatioCurve: true })
  for (let round = 0; round < 3; round++) {
    await cache.get('key')
    await cache.set('key', round, { tags: ['tag'] })
    await end(cache)
  }
  expect(cache.stats().missRatioCurve?.map(({ hitRatio }) => hitRatio)).toEqual([0, 0, 0, 0, 0, 0])
})

test('what was deleted after its eviction here would be gone from larger caches, too', async () => {
  const cache = cacheOf({ maxEntries: 2, missRatioCurve: true })
  for (const key of ['deleted', 'b', 'c', 'd']) await cache.set(key, 1)
  await cache.delete('deleted')
  await cache.get('deleted')
  expect(cache.stats().missRatioCurve?.map(({ hitRatio }) => hitRatio)).toEqual([0, 0, 0, 0, 0, 0])
})

test('nothing before the first lookup, and nothing where it was not asked for', () => {
  expect(cacheOf({ maxEntries: 10, missRatioCurve: true }).stats().missRatioCurve).toEqual([])
  expect(cacheOf({ maxEntries: 10 }).stats().missRatioCurve).toBeUndefined()
  expect(() => planMemory({ maxEntries: 10, missRatioCurve: JSON.parse('"yes"') as boolean })).toThrow(
    "missRatioCurve: 'yes' is not allowed; allowed: true, false",
  )
})

test('its models stay small however large the cache is', () => {
  const facts = {
    storedAtMs: 0,
    staleAtMs: NEVER_MS,
    errorOnlyAtMs: NEVER_MS,
    expireAtMs: NEVER_MS,
    tags: [],
    version: undefined,
    fingerprint: undefined,
    slidingMs: undefined,
  }
  const plan = planMemory({ maxBytes: '1GB', missRatioCurve: true })
  const store = new EntryStore(plan, new RemovalReports(), new LeaseTable())
  const curve = new MissRatioCurve(plan, store)
  for (let nth = 0; nth < 100_000; nth++) {
    store.write(undefined, `key:${nth}`, { facts, value: nth, maxBytes: Number.POSITIVE_INFINITY }, 1)
    curve.write(store.order.find(`key:${nth}`) ?? 0, false, 1)
  }
  expect(curve.entryCount).toBeGreaterThan(2_000)
  expect(curve.entryCount).toBeLessThan(17 * 1_024)
})
