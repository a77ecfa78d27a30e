/** A warm start: what was used last is near before anybody asks, within the limits, and the report says what became of it. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cache, ConfigError, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend, warmNear } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { sqliteBackend } from '@stowage/sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string
const open: Cache[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stowage-warm-'))
})

afterEach(async () => {
  for (const cache of open.splice(0)) await cache.close()
  rmSync(folder, { recursive: true })
})

function start(shards?: number): Cache {
  const far = sqliteBackend({ path: join(folder, 'cache.db'), ...(shards === undefined ? {} : { shards }) })
  const cache = createCache({
    backend: hybridBackend({ tiers: [memoryBackend({ maxEntries: 1_000 }), far] }),
    ttl: '1h',
  })
  open.push(cache)
  return cache
}

async function end(cache: Cache): Promise<void> {
  open.splice(open.indexOf(cache), 1)
  await cache.close()
}

/** 300 entries, of which the first ten are used again, last of all. */
async function usedStore(shards?: number): Promise<void> {
  const cache = start(shards)
  await Promise.all(Array.from({ length: 300 }, (_, at) => cache.set(`k${at}`, { at })))
  await end(cache)
  const later = start(shards)
  for (let at = 0; at < 10; at++) await later.get(`k${at}`)
  await end(later)
}

const near = (cache: Cache) =>
  Array.from({ length: 300 }, (_, at) => at).filter((at) => cache.peek(`k${at}`) !== undefined)

test('after a restart what was used last is near, up to the limit', async () => {
  await usedStore()
  const cache = start()
  const steps: unknown[] = []
  const report = await warmNear(cache, { maxEntries: 10, onProgress: (progress) => steps.push(progress) })
  expect(report).toMatchObject({ outcome: 'completed', entryCount: 10, error: undefined })
  expect(near(cache)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(steps).toEqual([expect.objectContaining({ entryCount: 10, totalCount: 10, estimatedLeftMs: 0 })])
  expect(report.sizeBytes).toBeGreaterThan(0)
})

test('with shards each gives its latest in turn', async () => {
  await usedStore(3)
  const cache = start(3)
  expect(await warmNear(cache, { maxEntries: 60 })).toMatchObject({ entryCount: 60 })
  expect(near(cache)).toEqual(expect.arrayContaining([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
  expect(near(cache)).toHaveLength(60)
})

test('bytes are a limit as well', async () => {
  await usedStore()
  const cache = start()
  const all = await warmNear(cache, { maxEntries: 300 })
  expect(all.entryCount).toBe(300)
  const some = await warmNear(start(), { maxBytes: Math.floor(all.sizeBytes / 2) })
  expect(some.sizeBytes).toBeLessThanOrEqual(all.sizeBytes / 2)
  expect(some.entryCount).toBeGreaterThan(130)
})

test('a signal ends it between two batches, and what has been read stays near', async () => {
  await usedStore()
  const cache = start()
  const abort = new AbortController()
  const report = await warmNear(cache, { signal: abort.signal, onProgress: () => abort.abort() })
  expect(report).toMatchObject({ outcome: 'cancelled', entryCount: 100 })
  expect(near(cache)).toHaveLength(100)
})

test('time is a limit as well', async () => {
  await usedStore()
  const clock = createFakeClock()
  const report = await warmNear(start(), { clock, maxTime: '1s', onProgress: () => clock.advanceMs(600) })
  expect(report).toMatchObject({ outcome: 'timed-out', entryCount: 200, elapsedMs: 1_200 })
})

test('a far tier that cannot be listed is told, not thrown', async () => {
  const clock = createFakeClock()
  const far = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const backend = hybridBackend({ tiers: [memoryBackend({ maxEntries: 10 }), far], clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock })
  open.push(cache)
  far.inject('scan', { kind: 'reject', error: new Error('no listing') })
  expect(await warmNear(cache, { clock })).toMatchObject({ outcome: 'failed', entryCount: 0 })
})

test.each([
  [{ maxEntries: 0 }, /maxEntries: 0 is not a count/],
  [{ maxBytes: '1 meg' }, /maxBytes: '1 meg'/],
  [{ maxTime: 'soon' }, /maxTime: 'soon'/],
  [{ signal: {} }, /signal: .* allowed: an AbortSignal/],
  [{ entries: 1 }, /unknown option 'entries'; allowed: maxEntries/],
])('%o is refused by name', async (options, message) => {
  // @ts-expect-error: callers without types
  const refused = warmNear(start(), options)
  await expect(refused).rejects.toThrow(ConfigError)
  await expect(refused).rejects.toThrow(message)
})
