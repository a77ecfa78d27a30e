// A load that kept a stale value counted as begun when its loader was called, though it had read that value before: who asked in between was given what had been cleared before the question.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

test('a joined caller is not given a kept value that was read before the question', async () => {
  const clock = createFakeClock()
  const backend = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const options = { backend, ttl: '1s', staleWhileRevalidate: '1h', clock } as const
  const cache = createCache(options)
  const other = createCache(options)
  await cache.set('key', 'cleared')
  clock.advanceMs(1_500)
  const first = cache.getOrSet('key', ({ notModified }) => notModified())
  // From here on its second look, under the lease, is on its way.
  backend.inject('get', { kind: 'late', delayMs: 20 })
  expect(await first).toBe('cleared')
  await turn()
  await other.invalidate({ all: true })
  backend.heal()
  const joined = cache.getOrSet('key', () => 'new')
  await turn()
  clock.advanceMs(20)
  expect(await joined).toBe('new')
  await Promise.all([cache.close(), other.close()])
})
