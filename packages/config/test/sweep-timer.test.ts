/** Sweeping at an interval: again after one that failed, and never once it was stopped. */
import { systemClock } from '@stowage/core'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { sweepRegularly } from '../src/sweep-timer.ts'

const INTERVAL_MS = 60_000
const NOTHING = { expired: 0, invalidated: 0 }

beforeEach(() => {
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.useRealTimers()
  })
})

test('one sweep an interval, also after one that failed', async () => {
  const sweep = vi.fn().mockRejectedValueOnce(new Error('not today')).mockResolvedValue(NOTHING)
  const stop = sweepRegularly({ sweep, closed: false }, INTERVAL_MS, systemClock)
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS)
  expect(sweep).toHaveBeenCalledTimes(3)
  stop()
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS)
  expect(sweep).toHaveBeenCalledTimes(3)
})

test('stopped while a sweep is going on, none follows it', async () => {
  const going = Promise.withResolvers<typeof NOTHING>()
  const sweep = vi.fn(() => going.promise)
  const stop = sweepRegularly({ sweep, closed: false }, INTERVAL_MS, systemClock)
  await vi.advanceTimersByTimeAsync(INTERVAL_MS)
  stop()
  going.resolve(NOTHING)
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS)
  expect(sweep).toHaveBeenCalledTimes(1)
})

test('a cache that was closed by itself is not swept, nor waited for', async () => {
  const sweep = vi.fn().mockResolvedValue(NOTHING)
  const cache = { sweep, closed: false }
  sweepRegularly(cache, INTERVAL_MS, systemClock)
  await vi.advanceTimersByTimeAsync(INTERVAL_MS)
  cache.closed = true
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS)
  // The one that was waiting when it was closed finds it closed.
  expect(sweep).toHaveBeenCalledTimes(2)
  expect(vi.getTimerCount()).toBe(0)
})

test('without an interval nothing is swept', async () => {
  const sweep = vi.fn()
  sweepRegularly({ sweep, closed: false }, undefined, systemClock)
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS)
  expect(sweep).not.toHaveBeenCalled()
})
