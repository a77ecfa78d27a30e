/** Regression: with as many leases as there may be, a shared load waited for a holder of its key that there was not. */
import { createCache } from '@stowage/core'
import { expect, test } from 'vitest'
import { alter } from '../inspection.ts'
import { attach, openStore } from '../stores.ts'

test('it runs, and is not stored', async () => {
  const { backend: first, path } = openStore()
  await first.close()
  alter(path, 'UPDATE stowage_meta_v1 SET lease_count = 65536')
  const cache = createCache({ backend: attach(path), ttl: '1h', singleFlight: 'shared' })
  expect(await cache.getOrSet('key', () => 'loaded')).toBe('loaded')
  expect(await cache.get('key')).toBeUndefined()
  await cache.close()
})
