/** The machine's clock is set: entries and leases end by it, and none of them becomes immortal. */
import { createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { attach, newPath } from './stores.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

function openCache() {
  const clock = createFakeClock()
  const cache = createCache({ backend: sqliteBackend({ path: newPath() }), ttl: '1m', clock })
  onTestFinished(() => cache.close())
  return { cache, clock, startMs: clock.nowMs() }
}

test('forward a day: what has ended is a miss at once, and swept; what is written then lives its life', async () => {
  const { cache, clock, startMs } = openCache()
  await cache.set('old', 1)
  clock.jumpToMs(startMs + 24 * HOUR_MS)
  expect(await cache.get('old')).toBeUndefined()
  await cache.set('new', 2)
  await cache.sweep()
  expect(await cache.get('new')).toBe(2)
  expect((await cache.usage()).entries).toBe(1)
})

test('back an hour: what was written before is not served for an hour longer, what is written then lives its life', async () => {
  const { cache, clock, startMs } = openCache()
  await cache.set('before', 1)
  clock.jumpToMs(startMs - HOUR_MS)
  expect(await cache.lookup('before')).toEqual({ outcome: 'miss', reason: 'expired' })
  await cache.set('after', 2)
  clock.jumpToMs(startMs - HOUR_MS + MINUTE_MS)
  expect(await cache.get('after')).toBeUndefined()
  clock.jumpToMs(startMs + MINUTE_MS)
  expect(await cache.get('before')).toBeUndefined()
})

test('another process whose clock is minutes behind reads what this one writes; one that is an hour behind does not', async () => {
  const path = newPath()
  const startMs = createFakeClock().nowMs()
  const cacheAt = (nowMs: number) => createCache({ backend: attach(path), ttl: '1m', clock: createFakeClock(nowMs) })
  await cacheAt(startMs).set('key', 1)
  expect(await cacheAt(startMs - 5 * MINUTE_MS).get('key')).toBe(1)
  expect(await cacheAt(startMs - HOUR_MS).get('key')).toBeUndefined()
})

test('a lease taken before the clock went back ends at its instant, or where that is further off than a lease can last', async () => {
  const backend = attach(newPath())
  expect(await backend.lease('key', 'exclusive', 1_000, HOUR_MS)).toBeDefined()
  expect(await backend.lease('key', 'exclusive', 1_000, HOUR_MS - 5 * MINUTE_MS)).toBeUndefined()
  expect(await backend.lease('key', 'exclusive', 1_000, 0)).toBeDefined()
  expect(await backend.lease('key', 'exclusive', 1_000, 999)).toBeUndefined()
})
