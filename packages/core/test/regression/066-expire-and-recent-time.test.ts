// `expire` went by the clock, hits by a reading of it that may be a millisecond older: right after it they still found the value fresh.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('once expire has answered, nothing at hand is fresh', async () => {
  const time = createFakeClock()
  let readMs = time.nowMs()
  const clock = { ...time, recentMs: () => readMs }
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', staleWhileRevalidate: '1h', clock })
  await cache.set('older', 'value')
  time.advanceMs(1)
  await cache.set('of this moment', 'value')
  for (const key of ['older', 'of this moment']) {
    await cache.expire({ key })
    expect(cache.peek(key)).toBeUndefined()
    expect(await cache.lookup(key)).toMatchObject({ outcome: 'stale', value: 'value' })
  }
  readMs = time.nowMs()
  expect(cache.peek('older')).toBeUndefined()
})
