// Expiring what an invalidation covered that had failed and waited to be tried again did nothing, and other caches on the backend went on serving it as fresh.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test.each<[string, Parameters<ReturnType<typeof createCache>['expire']>[0]]>([
  ['its key', { key: 'key' }],
  ['a tag', { tags: ['t'] }],
  ['a prefix', { prefix: 'k' }],
])('what is expired by %s is fresh for nobody, while this cache serves nothing of it', async (_, target) => {
  const clock = createFakeClock()
  const backend = faultyBackend(new ReferenceBackend(), clock)
  const options = { backend, ttl: '1h', staleWhileRevalidate: '1h', clock } as const
  const [one, other] = [createCache(options), createCache(options)]
  await one.set('key', 'old', { tags: ['t'] })
  backend.inject('invalidate', { kind: 'throw', error: new Error('down') })
  await expect(one.invalidate({ tags: ['t'] })).rejects.toThrow('down')
  await one.expire(target)
  expect(await one.lookup('key')).toEqual({ outcome: 'miss', reason: 'invalidated' })
  expect((await other.lookup('key')).outcome).toBe('stale')
  expect(await one.touch('key')).toBe(false)
})
