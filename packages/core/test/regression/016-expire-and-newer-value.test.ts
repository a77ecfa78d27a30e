// bentocache 1.6: expire was a read and a write of what had been read: it brought an older value back over a newer one,
// with the default ttl and without its grace.
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { turn } from '../held-loader.ts'

test('what is stored while an expire is on its way stays, with its tags and windows', async () => {
  const { clock, backend, cache } = faultyCache()
  await cache.set('key', 'old')
  backend.inject('get', { kind: 'late', delayMs: 10 })
  const expiring = cache.expire({ key: 'key' })
  await turn()
  backend.heal()
  await cache.set('key', 'new', { ttl: '1d', staleWhileRevalidate: '5s', tags: ['t'] })
  clock.advanceMs(10)
  await expiring
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'stale', value: 'new', tags: ['t'] })
  clock.advanceMs(4_999)
  expect(await cache.get('key')).toBe('new')
  clock.advanceMs(1)
  expect(await cache.get('key')).toBeUndefined()
})
