/** Regression: written behind, a write that was queued in the moment before a taken key was deleted afar was dropped for that: the set was lost. */
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

/** More than a take has steps. */
const MOMENTS = 40

async function settled(): Promise<void> {
  for (let at = 0; at < 9; at++) await new Promise(setImmediate)
}

test('a set beside a take is taken, or stays', async () => {
  for (let moment = 0; moment < MOMENTS; moment++) {
    const clock = createFakeClock()
    const tiers = [memoryBackend({ maxEntries: 9 }), new ReferenceBackend({ holds: 'bytes' })]
    const cache = createCache({ backend: hybridBackend({ tiers, write: 'behind', clock }), ttl: '1h', clock })
    await cache.set('key', 'old')
    clock.advanceMs(1_000)
    await settled()
    const taking = cache.take('key')
    for (let at = 0; at < moment; at++) await Promise.resolve()
    await cache.set('key', 'new')
    const taken = await taking
    clock.advanceMs(1_000)
    await settled()
    const left = await cache.get('key')
    expect.soft([moment, taken, left]).toEqual([moment, taken, taken === 'new' ? undefined : 'new'])
    await cache.close()
  }
})
