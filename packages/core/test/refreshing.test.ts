/** How a value is kept fresh, or kept at all: refresh ahead, nothing as a value, a value that is still right. */
import { type Cache, createCache, UsageError } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { heldLoader, turn } from './held-loader.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m', clock })
})

describe('refreshAhead', () => {
  const options = { ttl: '10s', refreshAhead: 0.8, retryAfterError: '1s' } as const

  test('a hit past its share of the ttl is served, and one refresh begins', async () => {
    await cache.set('key', 'old', options)
    const { loader, runs } = heldLoader()
    clock.advanceMs(7_999)
    expect(await cache.getOrSet('key', loader, options)).toBe('old')
    expect(runs).toHaveLength(0)
    clock.advanceMs(1)
    for (let at = 0; at < 10; at++)
      expect(await cache.lookupOrSet('key', loader, options)).toMatchObject({ outcome: 'hit' })
    await turn()
    expect(runs).toHaveLength(1)
    runs[0]?.settle('new')
    await turn()
    expect(await cache.lookup('key')).toMatchObject({ value: 'new', ttlLeftMs: 10_000 })
  })

  test('is armed again after a refresh that failed', async () => {
    await cache.set('key', 'old', options)
    const { loader, runs } = heldLoader()
    clock.advanceMs(8_000)
    await cache.getOrSet('key', loader, options)
    await turn()
    runs[0]?.fail(new Error('down'))
    await turn()
    await cache.getOrSet('key', loader, options)
    await turn()
    expect(runs).toHaveLength(1)
    clock.advanceMs(1_000)
    await cache.getOrSet('key', loader, options)
    await turn()
    expect(runs).toHaveLength(2)
  })
})

describe('negativeTtl', () => {
  test.each([null, undefined])('%s is kept for it, and for no longer', async (nothing) => {
    let runs = 0
    const ask = () => cache.getOrSet('key', () => [nothing, ++runs][0], { negativeTtl: '5s' })
    expect([await ask(), await ask()]).toEqual([nothing, nothing])
    expect(runs).toBe(1)
    clock.advanceMs(5_000)
    await ask()
    expect(runs).toBe(2)
  })
})

describe('notModified', () => {
  test('keeps the stale value and renews its life', async () => {
    const options = { ttl: '1s', staleWhileRevalidate: '1h' } as const
    await cache.set('key', 'kept', options)
    clock.advanceMs(1_500)
    expect(await cache.getOrSet('key', ({ notModified }) => notModified(), options)).toBe('kept')
    await turn()
    expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', value: 'kept', ttlLeftMs: 1_000, ageMs: 0 })
  })

  test('without a stale value is a UsageError', async () => {
    await expect(cache.getOrSet('key', ({ notModified }) => notModified())).rejects.toThrow(UsageError)
  })
})
