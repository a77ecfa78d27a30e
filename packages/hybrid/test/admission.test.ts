/** A scan of the far tier passes through the near one and leaves what is used again and again where it is. */
import { type Cache, createCache } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const HOT = Array.from({ length: 50 }, (_, at) => `hot:${at}`)
const SCANNED = Array.from({ length: 3_000 }, (_, at) => `page:${at}`)

/** How many of the hot keys are near after each key of a far larger set has been read once. */
async function leftNear(policy: 'adaptive' | 'lru'): Promise<number> {
  const far = new ReferenceBackend({ holds: 'bytes' })
  const restart = (): Cache =>
    createCache({ backend: hybridBackend({ tiers: [memoryBackend({ maxEntries: 100, policy }), far] }), ttl: '1h' })
  const first = restart()
  for (const key of [...HOT, ...SCANNED]) await first.set(key, key)
  const cache = restart()
  for (let round = 0; round < 4; round++) await cache.getMany(HOT)
  expect((await cache.getMany(SCANNED)).size).toBe(SCANNED.length)
  return HOT.filter((key) => cache.peek(key) !== undefined).length
}

test('with the default policy of memory the hot keys stay', async () => {
  expect(await leftNear('adaptive')).toBeGreaterThanOrEqual(45)
})

test('which is not so by itself: with lru all of them go', async () => {
  expect(await leftNear('lru')).toBe(0)
})
