/** Regression: with an older value at hand, callers failed, or waited ten seconds, while a load that had been given up still had the slot. */
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { heldLoader, passTime, turn } from '../held-loader.ts'

const options = { ttl: '1s', staleIfError: '1h' } as const

let clock: FakeClock
let cache: Cache

beforeEach(async () => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1h', clock })
  await cache.set('key', 'old', options)
  clock.advanceMs(1_500)
})

test('past a hard timeout all are given it: at once while the source is left alone, and then when their patience ends', async () => {
  const { loader, runs } = heldLoader()
  const first = cache.getOrSet('key', loader, { ...options, hardTimeout: 500 })
  await passTime(clock, 500)
  expect(await first).toBe('old')
  expect(await cache.getOrSet('key', loader, { ...options, hardTimeout: 500 })).toBe('old')
  await passTime(clock, 1_000)
  const patient = cache.lookupOrSet('key', loader, { ...options, hardTimeout: 500 })
  await passTime(clock, 500)
  expect(await patient).toMatchObject({ outcome: 'stale', value: 'old', ageMs: 3_500 })
  expect([runs.length, cache.stats().fallbacks]).toEqual([1, 3])
})

test('behind a load whose only caller has left, a soft timeout is heeded', async () => {
  const { loader, runs } = heldLoader()
  const leaving = new AbortController()
  const left = cache.getOrSet('key', loader, { ...options, signal: leaving.signal }).catch(() => 'left')
  await turn()
  leaving.abort()
  expect(await left).toBe('left')
  let served: unknown
  const next = cache.getOrSet('key', loader, { ...options, softTimeout: 100 }).then((value) => {
    served = value
  })
  await passTime(clock, 90)
  expect(served).toBeUndefined()
  await passTime(clock, 10)
  expect(served).toBe('old')
  await next
  expect([runs.length, cache.stats().fallbacks]).toEqual([1, 1])
})
