// What a load stored while an expiry of its key, which had found nothing, voided the loads from before it was fresh after it.
import { type Backend, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

test('it is stale, and the next load makes it anew', async () => {
  const clock = createFakeClock()
  const inner = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const arrival = Promise.withResolvers<void>()
  let isAsked = false
  const backend: Backend = {
    ...inner,
    async delete(key, nowMs, lease) {
      isAsked = true
      await arrival.promise
      return inner.delete(key, nowMs, lease)
    },
  }
  const cache = createCache({ backend, ttl: '1h', staleWhileRevalidate: '1h', clock })
  const { loader, runs } = heldLoader()
  const loading = cache.getOrSet('key', loader)
  await turn()
  const expiring = cache.expire({ key: 'key' })
  await turn()
  expect(isAsked).toBe(true)
  runs[0]?.settle('from before')
  expect(await loading).toBe('from before')
  arrival.resolve()
  await expiring
  expect((await cache.lookup('key')).outcome).toBe('stale')
  await cache.close()
})
