/**
 * The system's clock is stepped back. Behind the bound up to which clocks may be apart, what was stored is believed; beyond
 * it its age cannot be told, and it is not served, so that nothing lives longer than its ttl and the bound.
 */
import { type Cache, createCache, MAX_CLOCK_SKEW_MS } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'

const HOUR_MS = 3_600_000

let clock: FakeClock
let cache: Cache
let startMs: number

beforeEach(async () => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '2h', clock })
  startMs = clock.nowMs()
  await cache.set('key', 'value', { staleWhileRevalidate: '1h' })
})

describe('by as much as clocks may be apart', () => {
  beforeEach(() => clock.jumpToMs(startMs - MAX_CLOCK_SKEW_MS))

  test('an age is never below nothing', async () => {
    const ttlLeftMs = 2 * HOUR_MS + MAX_CLOCK_SKEW_MS
    expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', ageMs: 0, ttlLeftMs })
  })

  test('a touched entry stays readable', async () => {
    expect(await cache.touch('key', '1h')).toBe(true)
    expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', ttlLeftMs: HOUR_MS + MAX_CLOCK_SKEW_MS })
  })
})

describe('by more', () => {
  beforeEach(() => clock.jumpToMs(startMs - MAX_CLOCK_SKEW_MS - 1))

  test('what was stored before is a miss, and loaded anew', async () => {
    expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'expired' })
    expect(await cache.getOrSet('key', () => 'loaded')).toBe('loaded')
    expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', value: 'loaded', ageMs: 0 })
  })

  test('it is not there for what changes entries, either', async () => {
    expect(await cache.touch('key')).toBe(false)
    expect(await cache.take('key')).toBeUndefined()
    expect(await cache.add('key', 'added')).toBe(true)
    expect(await cache.get('key')).toBe('added')
  })

  test('an expired entry is stale at once, and is not fresh again when the clock is set right', async () => {
    await cache.expire({ key: 'key' })
    expect(await cache.lookup('key')).toMatchObject({ outcome: 'stale', value: 'value' })
    clock.jumpToMs(startMs)
    expect(await cache.lookup('key')).toMatchObject({ outcome: 'stale' })
  })

  test('set right again, it is what it was', async () => {
    expect(await cache.get('key')).toBeUndefined()
    clock.jumpToMs(startMs + 1)
    expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', value: 'value', ageMs: 1 })
  })
})

test('no value that is asked for lives longer than its ttl and the bound, however far and often the clock goes back', async () => {
  const [stepMs, ttlMs] = [60_000, 1_800_000]
  const livesMs: number[] = []
  const live = async (lengthMs: number): Promise<void> => {
    for (let ranMs = 0; ranMs < lengthMs; ranMs += stepMs) {
      const at = await cache.getOrSet('life', () => livesMs.push(0) - 1, ttlMs)
      livesMs[at] = (livesMs[at] ?? 0) + stepMs
      clock.advanceMs(stepMs)
    }
  }
  await live(600_000)
  for (const backMs of [HOUR_MS, 24 * HOUR_MS, MAX_CLOCK_SKEW_MS, 600_000]) {
    clock.jumpToMs(clock.nowMs() - backMs)
    await live(1_200_000)
  }
  expect(Math.max(...livesMs)).toBeLessThanOrEqual(ttlMs + MAX_CLOCK_SKEW_MS)
  expect(livesMs.length).toBe(4)
})
