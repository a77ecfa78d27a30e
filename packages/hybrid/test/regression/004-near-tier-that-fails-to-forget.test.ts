// A near tier that failed while it was told of a far eviction was an unhandled rejection.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'

test('the write that evicted goes through', async () => {
  const clock = createFakeClock()
  const near = faultyBackend(new ReferenceBackend(), clock)
  const far = new ReferenceBackend({ holds: 'bytes', maxEntries: 1 })
  const cache = createCache({ backend: hybridBackend({ tiers: [near, far] }), ttl: '1h', clock })
  await cache.set('a', 1)
  near.inject('delete', { kind: 'throw', error: new Error('down') })
  expect(await cache.set('b', 2)).toEqual({ outcome: 'stored' })
  expect(await cache.get('b')).toBe(2)
})
