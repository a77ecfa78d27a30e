// An invalidation that was being tried again when it was asked for and failed once more was carried out twice at a time: a write waited for the later one alone, and the earlier took along what it had stored.
import { createCache, type InvalidationTarget } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'

/** One that fails what it is asked for itself, is late with the first retrial and at once with the next. */
function slowFar() {
  const far = new ReferenceBackend({ holds: 'bytes' })
  const forget = far.invalidate.bind(far)
  const late = Promise.withResolvers<void>()
  let count = 0
  const invalidate = async (target: InvalidationTarget): Promise<void> => {
    count++
    if (count === 1 || count === 3) throw new Error('the line is cut')
    if (count === 2) await late.promise
    forget(target)
  }
  return { far: Object.assign(far, { invalidate }), late }
}

test('what is written waits for both', async () => {
  const clock = createFakeClock()
  const { far, late } = slowFar()
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
