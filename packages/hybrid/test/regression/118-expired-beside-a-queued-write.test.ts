/** Regression: written behind, a write that was queued while the old value was made stale was dropped for it: the old value came back. */
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

/** Longer than a write takes to have its fence. */
const SLOW_TURNS = 6

async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await new Promise(setImmediate)
}

test.each(['afar', 'queued'])('a write stays beside an expiry of what was there before it, %s', async (where) => {
  for (let moment = 1; moment < 3 * SLOW_TURNS; moment++) {
    const clock = createFakeClock()
    const store = new ReferenceBackend({ holds: 'bytes' })
    const [set, touch] = [store.set.bind(store), store.touch.bind(store)]
    const far = Object.assign(store, {
      set: (...given: Parameters<typeof set>) => turns(SLOW_TURNS).then(() => set(...given)),
      touch: (...given: Parameters<typeof touch>) => turns(SLOW_TURNS).then(() => touch(...given)),
    })
    const tiers = [memoryBackend({ maxEntries: 9 }), far]
    const cache = createCache({ backend: hybridBackend({ tiers, write: 'behind', clock }), ttl: '1h', clock })
    await cache.set('key', 'old', { staleWhileRevalidate: '1h' })
    if (where === 'afar') clock.advanceMs(1_000)
    await turns(3 * SLOW_TURNS)
    const expiring = cache.expire({ key: 'key' })
    await turns(moment)
    await cache.set('key', 'new', { staleWhileRevalidate: '1h' })
    await expiring
    clock.advanceMs(1_000)
    await turns(3 * SLOW_TURNS)
    expect.soft([moment, await cache.get('key')]).toEqual([moment, 'new'])
    await cache.close()
  }
})
