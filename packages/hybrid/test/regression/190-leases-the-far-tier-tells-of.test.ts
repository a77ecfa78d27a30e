/** Regression: with `trackingBus` the server told a process of its own leases, and each was void by that: steps failed, loads were not stored. */
import { type Cache, createCache } from '@stowage/core'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { redisBackend, trackingBus } from '@stowage/redis'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { describe, expect, onTestFinished, test } from 'vitest'

const search = await findRedisBinary()
const COUNTED = 25

/** One that hears. */
async function join(url: string, write: 'through' | 'behind'): Promise<Cache> {
  const far = redisBackend({ url })
  const bus = trackingBus(far)
  const hears = new Promise<void>((resolve) => {
    bus.onGap((gap) => gap === 'over' && resolve())
  })
  const cache = createCache({
    backend: hybridBackend({ tiers: [memoryBackend({ maxEntries: 100 }), far], bus, write }),
    ttl: '1h',
  })
  onTestFinished(() => cache.close())
  await hears
  return cache
}

const ways = ['through', 'behind'] as const

describe.skipIf(!search.found).each(ways)('two that are told by the server, writing %s', { timeout: 60_000 }, (way) => {
  test('count together, and none gets in the way of the other for ever', async () => {
    await using server = await startRedis()
    const caches = await Promise.all([join(server.url, way), join(server.url, way)])
    const counts = await Promise.all(
      caches.map(async (cache) => {
        const own: number[] = []
        for (let at = 0; at < COUNTED; at++) own.push(await cache.increment('count'))
        return own
      }),
    )
    const all = Array.from({ length: 2 * COUNTED }, (_, at) => at + 1)
    expect(counts.flat().toSorted((a, b) => a - b)).toEqual(all)
  })

  test('each find what the other has loaded', async () => {
    await using server = await startRedis()
    const [one, other] = await Promise.all([join(server.url, way), join(server.url, way)])
    for (let at = 0; at < COUNTED; at++) {
      // A while, in which the server tells of the lease.
      const load = () => new Promise<number>((resolve) => setTimeout(resolve, 5, at))
      expect(await one.getOrSet(`key ${at}`, load)).toBe(at)
      await expect.poll(() => other.get(`key ${at}`), { timeout: 2_000, interval: 5 }).toBe(at)
    }
  })
})
