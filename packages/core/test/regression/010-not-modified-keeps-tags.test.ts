// notModified stored the value again without the tags its first loader had given it: they could not invalidate it any more.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

test('the kept value keeps its tags', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1s', staleWhileRevalidate: '1h', clock })
  await cache.getOrSet('key', ({ set }) => {
    set({ tags: ['reports'] })
    return 'report'
  })
  clock.advanceMs(1_000)
  await cache.getOrSet('key', ({ notModified }) => notModified())
  await turn()
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', tags: ['reports'] })
  await cache.invalidate({ tags: ['reports'] })
  expect(await cache.get('key')).toBeUndefined()
})
