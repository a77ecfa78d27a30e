// The fast path served entries written without a data version to a cache that has one.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('a cache with a version never serves what was written without one', async () => {
  const [backend, clock] = [new ReferenceBackend(), createFakeClock()]
  const before = createCache({ backend, ttl: '1h', clock })
  const after = createCache({ backend, ttl: '1h', clock, version: 'v2' })
  await before.set('key', 'old format')
  expect(await after.lookup('key')).toEqual({ outcome: 'miss', reason: 'changed' })
  expect([await after.get('key'), after.peek('key')]).toEqual([undefined, undefined])
  expect(await after.getOrSet('key', () => 'new format')).toBe('new format')
})
