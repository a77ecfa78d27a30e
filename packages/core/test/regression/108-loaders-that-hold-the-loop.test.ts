/** Regression: what a loader or an update made while it held the event loop for over ten seconds was never stored. */
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { heldLoader, passTime, turn } from '../held-loader.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1h', clock })
})

/** Time passes, and no timer runs. */
function holdTheLoop(): string {
  clock.jumpToMs(clock.nowMs() + 60_000)
  return 'value'
}

test('a load is stored, and what an update makes is, at the first attempt', async () => {
  await cache.getOrSet('loaded', holdTheLoop)
  expect(await cache.get('loaded')).toBe('value')
  let attempts = 0
  const change = () => {
    if (++attempts > 2) throw new Error('again and again')
    return holdTheLoop()
  }
  expect(await cache.update('updated', change)).toBe('value')
  expect([attempts, await cache.get('updated')]).toEqual([1, 'value'])
})

test('a load that has lost its slot is not: an expiry by tag does not reach it any more', async () => {
  const { loader, runs } = heldLoader()
  const leaving = new AbortController()
  const left = cache.getOrSet('key', loader, { tags: ['t'], signal: leaving.signal }).catch(() => 'left')
  await turn()
  leaving.abort()
  expect(await left).toBe('left')
  await passTime(clock, 10_000)
  await cache.expire({ tags: ['t'] })
  runs[0]?.settle('from before')
  await turn()
  expect(await cache.get('key')).toBeUndefined()
})
