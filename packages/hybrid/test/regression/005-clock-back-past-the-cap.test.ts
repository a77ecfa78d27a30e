// After the clock went back further than the near cap, near copies ended before they began and were taken for damage.
import { createCache, MAX_CLOCK_SKEW_MS } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test('every lookup is a hit', async () => {
  const clock = createFakeClock()
  const tiers = [memoryBackend({ maxEntries: 9 }), new ReferenceBackend({ holds: 'bytes' })]
  const cache = createCache({ backend: hybridBackend({ tiers }), ttl: '1d', clock })
  await cache.set('key', 1)
  clock.jumpToMs(clock.nowMs() - MAX_CLOCK_SKEW_MS)
  await tiers[0]?.delete('key', clock.nowMs(), undefined)
  for (let at = 0; at < 4; at++) {
    expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', value: 1 })
    await new Promise(setImmediate)
  }
})
