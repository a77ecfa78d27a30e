// An invalidation that was being tried again when it was asked for and failed once more was carried out twice at a time: a write waited for the later one alone, and the earlier took along what it had stored.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'
import { slowFar } from '../slow-far.ts'

/** What is asked for itself fails, the first retrial is late and the next one is not. */
const courseOf = (number: number) => (number === 2 ? 'late' : number === 1 || number === 3 ? 'fails' : 'at once')

test('what is written waits for both', async () => {
  const clock = createFakeClock()
  const { far, late } = slowFar(courseOf)
  const tiers = [new ReferenceBackend(), far]
  const cache = createCache({ backend: hybridBackend({ tiers, clock, onTier: () => undefined }), ttl: '1h', clock })
  const other = createCache({ backend: far, ttl: '1h', clock })
  await cache.invalidate({ tags: ['news'] })
  clock.advanceMs(1_000)
  await cache.invalidate({ tags: ['news'] })
  const first = cache.set('first', 1, { tags: ['news'] })
  await new Promise(setImmediate)
  const second = cache.set('second', 2, { tags: ['news'] })
  await new Promise(setImmediate)
  late.resolve()
  expect(await Promise.all([first, second])).toEqual([{ outcome: 'stored' }, { outcome: 'stored' }])
  expect([await other.get('first'), await other.get('second')]).toEqual([1, 2])
})
