// A copy of an entry that a machine with a fast clock had written stayed near for as long as that clock was fast, and the cap besides.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test.each([5_000, 20_000, 240_000])(
  '%d ms ahead: what is deleted afar is served for the cap, no longer',
  async (aheadMs) => {
    const clock = createFakeClock()
    const far = new ReferenceBackend({ holds: 'bytes' })
    const fast = createCache({ backend: far, ttl: '1h', clock: createFakeClock(clock.nowMs() + aheadMs) })
    const cache = createCache({
      backend: hybridBackend({
        tiers: [memoryBackend({ maxEntries: 9 }), far],
        tierOptions: [{ maxTtl: '10s' }],
        clock,
      }),
      ttl: '1h',
      clock,
    })
    await fast.set('key', 'old')
    expect(await cache.get('key')).toBe('old')
    await new Promise(setImmediate)
    await fast.delete('key')
    clock.advanceMs(10_000)
    expect(await cache.get('key')).toBeUndefined()
  },
)
