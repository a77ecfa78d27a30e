// Two writes that had to wait for the same failed invalidation each had it carried out: the second time took along what the first write had stored.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'
import { slowFar } from '../slow-far.ts'

/** The first fails, and from the third on they are late. */
const courseOf = (number: number) => (number === 1 ? 'fails' : number > 2 ? 'late' : 'at once')

test('it is carried out once, and both are stored', async () => {
  const clock = createFakeClock()
  const { far, late } = slowFar(courseOf)
  const tiers = [new ReferenceBackend(), far]
  const cache = createCache({ backend: hybridBackend({ tiers, clock, onTier: () => undefined }), ttl: '1h', clock })
  const other = createCache({ backend: far, ttl: '1h', clock })
  await cache.invalidate({ tags: ['news'] })
  const [first, second] = ['first', 'second'].map((key) => cache.set(key, key, { tags: ['news'] }))
  expect(await first).toEqual({ outcome: 'stored' })
  late.resolve()
  expect(await second).toEqual({ outcome: 'stored' })
  expect(await other.get('first')).toBe('first')
  expect(await other.get('second')).toBe('second')
})
