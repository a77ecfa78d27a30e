// A loader's value that could not become bytes failed every caller, though the load had succeeded.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('the callers get the value; that it was not stored is counted and reported', async () => {
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1h', clock: createFakeClock() })
  const value = { on: () => 1 }
  expect(await cache.getOrSet('key', () => value)).toBe(value)
  expect(cache.stats()).toMatchObject({ loads: 1, faults: 1, refused: { unencodable: 1 } })
  expect(await cache.has('key')).toBe(false)
})
