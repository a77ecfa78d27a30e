/** A hit at a glance sees that the clock has been set back: what was stored before is not served for an hour longer. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCache, MAX_CLOCK_SKEW_MS } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { describe, expect, onTestFinished, test } from 'vitest'

const BEYOND_MS = MAX_CLOCK_SKEW_MS + 1

function start(clock = createFakeClock()) {
  const backend = memoryBackend({ maxEntries: 10 })
  const cache = createCache({ backend, ttl: '30m', clock })
  return { backend, cache, clock, back: (ms: number) => clock.jumpToMs(clock.nowMs() - ms) }
}

describe.each([{ tags: [] }, { tags: ['t'] }])('with $tags.length tags', ({ tags }) => {
  test('set back by more than clocks may be apart: neither a peek nor a get serves it, and a load replaces it', async () => {
    const { cache, back } = start()
    await cache.set('key', 'old', { tags })
    back(BEYOND_MS)
    expect(cache.peek('key')).toBeUndefined()
    expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'expired' })
    expect(await cache.getOrSet('key', () => 'new')).toBe('new')
    expect(await cache.get('key')).toBe('new')
  })

  test('set back by no more: it is served', async () => {
    const { cache, back } = start()
    await cache.set('key', 'value', { tags })
    back(MAX_CLOCK_SKEW_MS)
    expect(cache.peek('key')).toBe('value')
    expect(await cache.get('key')).toBe('value')
  })
})

test('entries of before the step and of after it are told apart', async () => {
  const { cache, clock, back } = start()
  await cache.set('long before', 1, '2h')
  clock.advanceMs(3_600_000)
  await cache.set('just before', 2)
  back(1_800_000)
  await cache.set('after', 3)
  expect(await cache.get('long before')).toBe(1)
  expect(await cache.get('just before')).toBeUndefined()
  expect(await cache.get('after')).toBe(3)
  expect(cache.peek('just before')).toBeUndefined()
})

test('an entry that was written anew before the step is doubted by its last write', async () => {
  const { cache, clock, back } = start()
  await cache.set('key', 'first')
  clock.advanceMs(BEYOND_MS)
  await cache.set('key', 'anew')
  back(BEYOND_MS)
  expect(cache.peek('key')).toBeUndefined()
  expect(await cache.get('key')).toBeUndefined()
})

test('emptied, the cache has nothing to doubt: hits are at hand again', async () => {
  const { cache, back } = start()
  await cache.set('key', 1)
  back(BEYOND_MS)
  await cache.invalidate({ all: true })
  await cache.set('key', 2)
  expect(cache.peek('key')).toBe(2)
})

describe('a snapshot', () => {
  const written = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stowage-clock-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'snapshot')
    const before = start()
    await before.cache.set('key', 1)
    await before.backend.snapshot(path, { nowMs: before.clock.nowMs() })
    return { path, ...before }
  }

  test('restored after the step brings nothing that lies in the future', async () => {
    const { path, clock, back } = await written()
    back(BEYOND_MS)
    const after = start(clock)
    await after.backend.restore(path, { nowMs: clock.nowMs() })
    expect(after.cache.peek('key')).toBeUndefined()
    expect(await after.cache.get('key')).toBeUndefined()
  })

  test('restored before the step is doubted like what was written', async () => {
    const { path, clock, back } = await written()
    const after = start(clock)
    await after.backend.restore(path, { nowMs: clock.nowMs() })
    expect(after.cache.peek('key')).toBe(1)
    back(BEYOND_MS)
    expect(after.cache.peek('key')).toBeUndefined()
  })
})
