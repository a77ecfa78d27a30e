// `update` and `increment` kept the instant of storing of what they replaced: who goes by it took the newer value for the older one.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

const clock = createFakeClock()
const backend = new ReferenceBackend()
const cache = createCache({ backend, ttl: '1m', staleWhileRevalidate: '1h', clock })

function timesOf(key: string) {
  const found = backend.get(key, clock.nowMs())
  if (typeof found === 'string') throw new Error(found)
  const { storedAtMs, staleAtMs, expireAtMs } = found.facts
  return { storedAtMs, staleAtMs, expireAtMs }
}

test('what is changed is stored anew, and keeps its life', async () => {
  await cache.set('count', 1)
  const before = timesOf('count')
  clock.advanceMs(20_000)
  await cache.increment('count')
  expect(timesOf('count')).toEqual({ ...before, storedAtMs: clock.nowMs() })
})

test('not past the end of its freshness, nor before what it replaces', async () => {
  await cache.set('stale', 1)
  const before = timesOf('stale')
  clock.jumpToMs(before.storedAtMs - 1_000)
  await cache.increment('stale')
  expect(timesOf('stale')).toEqual(before)
  clock.jumpToMs(before.staleAtMs + 1_000)
  await cache.increment('stale')
  expect(timesOf('stale')).toEqual({ ...before, storedAtMs: before.staleAtMs })
  expect(await cache.lookup('stale')).toMatchObject({ outcome: 'stale', value: 3 })
})
