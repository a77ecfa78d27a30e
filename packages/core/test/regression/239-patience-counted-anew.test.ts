/**
 * Regression: callers of one moment share a trip. Who could not take what it left with, as that was deleted elsewhere meanwhile, began anew with all of its
 * patience, and waited for up to twice its hard timeout.
 */
import { createCache, TimeoutError } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { heldLoader, passTime } from '../held-loader.ts'

test.each([
  ['a soft timeout', { softTimeout: 400, hardTimeout: 500 }],
  ['a hard timeout', { hardTimeout: 500 }],
])('each waits for no longer than its hard timeout: behind %s', async (_, limits) => {
  const clock = createFakeClock()
  const backend = new ReferenceBackend({ holds: 'values' })
  const [cache, elsewhere] = [createCache({ backend, ttl: '1h', clock }), createCache({ backend, ttl: '1h', clock })]
  const options = { ttl: '1s', staleIfError: '1h', ...limits } as const
  await cache.set('key', 'old', options)
  clock.advanceMs(2_000)
  const { loader, runs } = heldLoader()
  const first = cache.getOrSet('key', loader, options)
  let failure: unknown
  const second = cache.getOrSet('key', loader, options).catch((error: unknown) => {
    failure = error
  })
  await passTime(clock, 100)
  await elsewhere.delete('key')
  await passTime(clock, 390)
  expect(failure).toBeUndefined()
  await passTime(clock, 20)
  expect(await first).toBe('old')
  await second
  expect(failure).toBeInstanceOf(TimeoutError)
  runs[0]?.settle('late')
})
