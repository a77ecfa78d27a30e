/** Who leaves a load, and what becomes of it: some loads go on though nobody waits, and none of those for ever. */
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { heldLoader, turn } from './held-loader.ts'

const options = { ttl: '1s', staleIfError: '1h', staleWhileRevalidate: '1s' } as const

let clock: FakeClock
let cache: Cache

beforeEach(async () => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m', clock })
  await cache.set('key', 'old', options)
})

test('a load left behind by a soft timeout is not ended by who leaves after', async () => {
  clock.advanceMs(2_000)
  const { loader, runs } = heldLoader()
  const leaving = new AbortController()
  const soft = cache.getOrSet('key', loader, { ...options, softTimeout: 50 })
  const other = cache.getOrSet('key', loader, { ...options, signal: leaving.signal }).catch(() => 'left')
  await turn()
  clock.advanceMs(50)
  expect(await soft).toBe('old')
  leaving.abort()
  expect(await other).toBe('left')
  expect(runs[0]?.context.signal.aborted).toBe(false)
  runs[0]?.settle('new')
  await turn()
  expect(await cache.get('key')).toBe('new')
})

test('but by the hard timeout of the one who began it', async () => {
  clock.advanceMs(2_000)
  const { loader, runs } = heldLoader()
  const soft = cache.getOrSet('key', loader, { ...options, softTimeout: 50, hardTimeout: 200 })
  await turn()
  clock.advanceMs(50)
  expect(await soft).toBe('old')
  clock.advanceMs(149)
  expect(runs[0]?.context.signal.aborted).toBe(false)
  clock.advanceMs(1)
  expect(runs[0]?.context.signal.reason).toMatchObject({ code: 'STOWAGE_TIMEOUT', limitMs: 200 })
})

test('a hard timeout ends no load that another still waits for', async () => {
  clock.advanceMs(2_000)
  const { loader, runs } = heldLoader()
  const hasty = cache.getOrSet('key', loader, { ttl: '1s', hardTimeout: 100, fresh: true }).catch(() => 'left')
  const patient = cache.getOrSet('key', loader, { ttl: '1s', fresh: true })
  await turn()
  clock.advanceMs(100)
  expect(await hasty).toBe('left')
  expect(runs[0]?.context.signal.aborted).toBe(false)
  runs[0]?.settle('new')
  expect(await patient).toBe('new')
})

test('a refresh behind is not ended by a caller who joined it and left', async () => {
  clock.advanceMs(1_000)
  const { loader, runs } = heldLoader()
  expect(await cache.getOrSet('key', loader, options)).toBe('old')
  await turn()
  const leaving = new AbortController()
  const joined = cache.getOrSet('key', loader, { ...options, fresh: true, signal: leaving.signal }).catch(() => 'left')
  await turn()
  leaving.abort()
  expect(await joined).toBe('left')
  expect([runs.length, runs[0]?.context.signal.aborted]).toEqual([1, false])
  runs[0]?.settle('new')
  await turn()
  expect(await cache.get('key')).toBe('new')
})
