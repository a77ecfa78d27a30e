/** Listings let go of the backend's scan however they end. */
import { BackendError, type Cache, createCache, type ScannedEntry } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'

/** Knows how many scans are open; the scan of `failsAt` entries fails there. */
class CountingBackend extends ReferenceBackend {
  openScans = 0
  failsAt = Number.POSITIVE_INFINITY

  override async *scan(...args: Parameters<ReferenceBackend['scan']>): AsyncGenerator<ScannedEntry> {
    this.openScans++
    let count = 0
    try {
      for await (const entry of super.scan(...args)) {
        if (count++ === this.failsAt) throw new Error('disk on fire')
        yield entry
      }
    } finally {
      this.openScans--
    }
  }
}

let backend: CountingBackend
let cache: Cache

beforeEach(async () => {
  backend = new CountingBackend()
  cache = createCache({ backend, ttl: '1h', clock: createFakeClock() })
  for (const key of ['a', 'b', 'c']) await cache.set(key, key)
})

test('a loop that breaks off', async () => {
  for await (const key of cache.keys()) {
    expect([key, backend.openScans]).toEqual(['a', 1])
    break
  }
  expect(backend.openScans).toBe(0)
})

test('a limit', async () => {
  expect(await Array.fromAsync(cache.entries({ limit: 2 }))).toHaveLength(2)
  expect(backend.openScans).toBe(0)
})

test('a backend that fails on the way', async () => {
  backend.failsAt = 1
  const seen: unknown[] = []
  const listing = async () => {
    for await (const key of cache.keys()) seen.push(key)
  }
  await expect(listing()).rejects.toThrow(BackendError)
  expect([seen, backend.openScans]).toEqual([['a'], 0])
})

test('an order is handed on, and an unknown one refused', async () => {
  const queries: unknown[] = []
  const scan = backend.scan.bind(backend)
  backend.scan = (query, nowMs) => {
    queries.push(query.order)
    return scan(query, nowMs)
  }
  await Array.fromAsync(cache.entries({ order: 'recent' }))
  await Array.fromAsync(cache.entries())
  expect(queries).toEqual(['recent', 'any'])
  // @ts-expect-error: callers without types
  await expect(Array.fromAsync(cache.entries({ order: 'newest' }))).rejects.toThrow(/order: 'newest'/)
})
