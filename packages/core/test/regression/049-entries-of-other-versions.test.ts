// Entries of a data version that nobody has any more were never reclaimed: to the backend they are sound.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('sweep takes them out, and leaves those of another cache and those without a version', async () => {
  const options = { backend: new ReferenceBackend(), ttl: 'forever', clock: createFakeClock() } as const
  const older = createCache({ ...options, version: '1' })
  const newer = createCache({ ...options, version: '2' })
  const plain = createCache(options)
  const removed: unknown[] = []
  newer.on('removal', (event) => removed.push(event))
  await older.set('of 1', 1)
  await newer.set('of 2', 2)
  await plain.set('of none', 0)
  await plain.close()
  expect(await newer.sweep()).toEqual({ expired: 0, invalidated: 0 })
  await older.close()
  const plainAgain = createCache(options)
  expect(await plainAgain.sweep()).toEqual({ expired: 0, invalidated: 0 })
  expect(await newer.sweep()).toEqual({ expired: 0, invalidated: 1 })
  expect([await newer.get('of 2'), await plainAgain.get('of none'), (await newer.usage()).entries]).toEqual([2, 0, 2])
  expect(removed).toEqual([{ key: 'of 1', cause: 'invalidated' }])
})
