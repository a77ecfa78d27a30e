// Two bulk loads with shared single-flight and keys in another order waited for each other's leases for ever.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

test('both come to an end, each key loaded once', async () => {
  const [backend, clock] = [new ReferenceBackend({ holds: 'bytes' }), createFakeClock()]
  const caches = [createCache({ backend, ttl: '1h', clock }), createCache({ backend, ttl: '1h', clock })]
  const asked: string[] = []
  const load = (missing: readonly string[]) => {
    asked.push(...missing)
    return new Map(missing.map((key) => [key, key]))
  }
  const options = { singleFlight: 'shared' } as const
  const calls = caches.map((cache, at) => cache.getOrSetMany(at === 0 ? ['a', 'b'] : ['b', 'a'], load, options))
  for (let steps = 0; steps < 50; steps++) {
    await turn()
    clock.advanceMs(10)
  }
  expect((await Promise.all(calls)).map((found) => [found.get('a'), found.get('b')])).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ])
  expect(asked.sort()).toEqual(['a', 'b'])
})

test('a bulk loader that asks for a key of its own batch fails instead of hanging', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const load = async (missing: readonly string[]) => new Map([['a', await cache.getOrSet('a', () => missing.length)]])
  await expect(cache.getOrSetMany(['a', 'b'], load)).rejects.toThrow(/waits for itself/)
})
