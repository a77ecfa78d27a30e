// A load that failed because its only caller had left counted as a failure of its source: the next callers were given the old value.
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

const options = { ttl: '1s', staleIfError: '1h' } as const

let clock: FakeClock
let cache: Cache

beforeEach(async () => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1h', clock })
  await cache.set('key', 'old', options)
  clock.advanceMs(1_000)
})

test('the next caller gets a load', async () => {
  const { loader, runs } = heldLoader()
  const leaving = new AbortController()
  const left = cache.getOrSet('key', loader, { ...options, signal: leaving.signal }).catch(() => 'left')
  await turn()
  leaving.abort()
  expect(await left).toBe('left')
  runs[0]?.fail(leaving.signal.reason)
  await turn()
  expect(await cache.getOrSet('key', () => 'new', options)).toBe('new')
})

test('but not after one that took longer than its caller’s hard timeout', async () => {
  const { loader, runs } = heldLoader()
  const waiting = cache.getOrSet('key', loader, { ...options, hardTimeout: 100 })
  await turn()
  clock.advanceMs(100)
  expect(await waiting).toBe('old')
  runs[0]?.fail(runs[0].context.signal.reason)
  await turn()
  expect(await cache.getOrSet('key', () => 'new', options)).toBe('old')
})
