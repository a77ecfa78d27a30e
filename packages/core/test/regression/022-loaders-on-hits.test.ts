// bentocache 1.6: get({ defaultValue: fn }) ran the function at every hit.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test.each(['values', 'bytes'] as const)('a hit runs no loader and asks no bulk source, held as %s', async (holds) => {
  const cache = createCache({ backend: new ReferenceBackend({ holds }), ttl: '1h', clock: createFakeClock() })
  let runs = 0
  const load = () => ++runs
  const wrapped = cache.wrap(load, { key: () => 'key' })
  for (let at = 0; at < 2; at++) {
    await cache.getOrSet('key', load)
    await cache.lookupOrSet('key', load, { tags: ['t'] })
    await cache.getOrSetMany(['key'], (keys) => new Map(keys.map((key) => [key, load()])))
    await wrapped()
  }
  expect(runs).toBe(1)
})
