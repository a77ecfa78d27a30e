// Two writes that had to wait for the same failed invalidation each had it carried out: the second time took along what the first write had stored.
import { createCache, type InvalidationTarget } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'

/** One that fails to invalidate at first, and is late from the third time on. */
function slowFar() {
  const far = new ReferenceBackend({ holds: 'bytes' })
  const forget = far.invalidate.bind(far)
  const late = Promise.withResolvers<void>()
  let count = 0
  const invalidate = async (target: InvalidationTarget): Promise<void> => {
    count++
    if (count === 1) throw new Error('the line is cut')
    if (count > 2) await late.promise
    forget(target)
  }
  return { far: Object.assign(far, { invalidate }), late }
}

test('it is carried out once, and both are stored', async () => {
  const clock = createFakeClock()
  const { far, late } = slowFar()
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
