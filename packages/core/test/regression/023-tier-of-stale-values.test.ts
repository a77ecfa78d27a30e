// bentocache 1.6: a stale value from its near tier was reported as one of the far tier, and handed over still encoded.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('every way of serving an older value names who held it, and gives the value', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1h', clock })
  const served = { value: { at: new Date(0) }, tier: 'reference' }
  const down = () => Promise.reject(new Error('down'))
  const windows = { ttl: '1s', staleWhileRevalidate: '1s', staleIfError: '5s' } as const
  await cache.set('key', served.value, windows)
  expect(await cache.lookupOrSet('key', down, windows)).toMatchObject({ outcome: 'hit', ...served })
  clock.advanceMs(1_000)
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'stale', ...served })
  expect(await cache.lookupOrSet('key', down, windows)).toMatchObject({ outcome: 'stale', ...served })
  clock.advanceMs(2_000)
  expect(await cache.lookupOrSet('key', down, windows)).toMatchObject({ outcome: 'stale', ...served })
})
