// take() removed an entry that no counter and no event told of.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('what is taken counts and is told as deleted, what was not there does not', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const told: unknown[] = []
  cache.on('delete', (event) => told.push(event))
  await cache.set('key', 1)
  await cache.take('key')
  await cache.take('key')
  expect(told).toEqual([{ key: 'key', existed: true }])
  expect(cache.stats().deletes).toBe(1)
})
