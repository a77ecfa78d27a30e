/** Regression: what a load was about to write when its tag was expired was stored as fresh. */
import { type Backend, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

/** A write begins its work when the test says so. */
function world() {
  const clock = createFakeClock()
  const inner = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const arrival = Promise.withResolvers<void>()
  const backend: Backend = {
    ...inner,
    async set(key, entry, nowMs, lease) {
      await arrival.promise
      return inner.set(key, entry, nowMs, lease)
    },
  }
  return { cache: createCache({ backend, ttl: '1h', clock }), arrive: arrival.resolve }
}

test('it is not stored, nor given to who asks afterwards', async () => {
  const { cache, arrive } = world()
  const loading = cache.getOrSet('key', () => 'from before', { tags: ['other', 't'] })
  await turn()
  await cache.expire({ tags: ['t'] })
  const asked = cache.getOrSet('key', () => 'new')
  await turn()
  arrive()
  expect([await loading, await asked]).toEqual(['from before', 'new'])
  expect(await cache.get('key')).toBe('new')
  await cache.close()
})

test('what has other tags, or is in another namespace, is', async () => {
  const { cache, arrive } = world()
  const loading = cache.getOrSet('key', () => 'value', { tags: ['other'] })
  const elsewhere = cache.namespace('elsewhere').getOrSet('key', () => 'value', { tags: ['t'] })
  await turn()
  await cache.namespace('here').expire({ tags: ['t'] })
  await cache.expire({ tags: ['u'] })
  arrive()
  await Promise.all([loading, elsewhere])
  expect([await cache.get('key'), await cache.namespace('elsewhere').get('key')]).toEqual(['value', 'value'])
  await cache.close()
})
