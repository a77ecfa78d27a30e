/** Regression: `add` and `update` passed over `tier: 'far'`: what they wrote was copied near. */
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test.each([
  ['far', 'reference'],
  // The step looks at the far tier, and has to write there.
  ['near', 'memory'],
  ['all', 'memory'],
] as const)('tier %s: found in %s', async (tier, foundIn) => {
  const tiers = [memoryBackend({ maxEntries: 9 }), new ReferenceBackend({ holds: 'bytes' })]
  const cache = createCache({ backend: hybridBackend({ tiers }), ttl: '1h', clock: createFakeClock() })
  await cache.set('updated', 1)
  expect(await cache.add('added', 1, { ttl: '1h', tier })).toBe(true)
  expect(await cache.update<number>('updated', (old = 0) => old + 1, { ttl: '1h', tier })).toBe(2)
  expect(await cache.lookup('added')).toMatchObject({ tier: foundIn, value: 1 })
  expect(await cache.lookup('updated')).toMatchObject({ tier: foundIn, value: 2 })
  expect(await cache.add('added', 2, { ttl: '1h', tier })).toBe(false)
  await cache.close()
})
