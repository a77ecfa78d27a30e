/** The system's clock is stepped back by a day: what is stored then lies in the future, and stays sound. */
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'

const DAY_MS = 86_400_000

let clock: FakeClock
let cache: Cache

beforeEach(async () => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1h', clock })
  await cache.set('key', 'value', { staleWhileRevalidate: '1h' })
  clock.jumpToMs(clock.nowMs() - DAY_MS)
})

test('an age is never below nothing', async () => {
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', ageMs: 0, ttlLeftMs: DAY_MS + 3_600_000 })
})

test('a touched entry stays readable', async () => {
  expect(await cache.touch('key', '1h')).toBe(true)
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', ageMs: 0 })
})

test('an expired entry is stale at once', async () => {
  await cache.expire({ key: 'key' })
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'stale', value: 'value' })
})
