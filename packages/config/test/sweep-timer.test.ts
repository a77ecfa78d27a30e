/** Sweeping at an interval: again after one that failed, and never once it was stopped. */
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
  const stop = sweepRegularly({ sweep, closed: false }, INTERVAL_MS)
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS)
  expect(sweep).toHaveBeenCalledTimes(3)
  stop()
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS)
  expect(sweep).toHaveBeenCalledTimes(3)
})

test('stopped while a sweep is going on, none follows it', async () => {
  const going = Promise.withResolvers<typeof NOTHING>()
  const sweep = vi.fn(() => going.promise)
  const stop = sweepRegularly({ sweep, closed: false }, INTERVAL_MS)
  await vi.advanceTimersByTimeAsync(INTERVAL_MS)
  stop()
  going.resolve(NOTHING)
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS)
  expect(sweep).toHaveBeenCalledTimes(1)
})

test('without an interval nothing is swept', async () => {
  const sweep = vi.fn()
  sweepRegularly({ sweep, closed: false }, undefined)
  await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS)
  expect(sweep).not.toHaveBeenCalled()
})
