// `expire` of an entry that was stale already let its windows begin anew: called often enough, an old value was served for ever.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('what is stale keeps the end of its windows', async () => {
  const clock = createFakeClock()
  const cache = createCache({
    backend: new ReferenceBackend(),
    ttl: '10s',
    staleWhileRevalidate: '10s',
    staleIfError: '20s',
    clock,
  })
  await cache.set('key', 'value', { tags: ['t'] })
  const failing = () => {
    throw new Error('source is down')
  }
  clock.advanceMs(15_000)
  await cache.expire({ tags: ['t'] })
  clock.advanceMs(4_999)
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'stale' })
  await cache.expire({ key: 'key' })
  clock.advanceMs(1)
  expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'expired' })
  await cache.expire({ key: 'key' })
  clock.advanceMs(9_999)
  expect(await cache.getOrSet('key', failing)).toBe('value')
  clock.advanceMs(1)
  await expect(cache.getOrSet('key', failing)).rejects.toThrow('source is down')
})

test('windows of what is fresh begin with it, and end no later than they would have', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '10s', staleWhileRevalidate: '10s', clock })
  await cache.set('key', 'value')
  clock.advanceMs(4_000)
  await cache.expire({ key: 'key' })
  clock.advanceMs(9_999)
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'stale' })
  clock.advanceMs(1)
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'miss' })
})
