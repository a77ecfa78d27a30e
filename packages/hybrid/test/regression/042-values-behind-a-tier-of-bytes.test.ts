/** Regression: a tier of bytes before one of values was taken for failing at each read that it could not be filled by, and left alone. */
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend, type TierEvent } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const turn = () => new Promise(setImmediate)

test('what cannot be copied costs the copy: the tier takes what is written, and holds no leases', async () => {
  const clock = createFakeClock()
  const near = new ReferenceBackend({ holds: 'bytes' })
  const leases = { taken: 0, released: 0 }
  const [lease, release] = [near.lease.bind(near), near.release.bind(near)]
  Object.assign(near, {
    lease(...given: Parameters<typeof lease>) {
      leases.taken++
      return lease(...given)
    },
    release(...given: Parameters<typeof release>) {
      leases.released++
      return release(...given)
    },
  })
  const events: TierEvent[] = []
  const tiers = [near, memoryBackend({ maxEntries: 99 })]
  const backend = hybridBackend({ tiers, clock, onTier: (event) => events.push(event) })
  const cache = createCache({ backend, ttl: '1h', clock })
  for (let at = 0; at < 10; at++) await cache.set(`far ${at}`, at, { tier: 'far' })
  Object.assign(leases, { taken: 0, released: 0 })
  for (let at = 0; at < 10; at++) {
    expect(await cache.lookup(`far ${at}`)).toMatchObject({ value: at, tier: 'memory' })
    await turn()
  }
  expect(leases).toEqual({ taken: 10, released: 10 })
  await cache.set('key', 'value')
  expect(await cache.lookup('key')).toMatchObject({ value: 'value', tier: 'reference' })
  expect(events).toEqual([])
  await cache.close()
})
