/** What a hit takes for the time: read seldom, and yet seen to pass where no timer can run. */
import { systemClock } from '@stowage/core'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'

const HIT_COUNT = 100_000

let hitCount = 0

// Once for all: the clock keeps its timer from one turn to the next.
vi.useFakeTimers({ toFake: ['setTimeout'] })
afterAll(() => vi.useRealTimers())

beforeEach(() => {
  turn()
  hitCount = 0
  return () => vi.restoreAllMocks()
})

/** The loop turns, and what timer there is runs. */
function turn(): void {
  vi.advanceTimersByTime(1)
}

/** Makes so many hits in one turn, the time being what the hits up to then have taken. @returns how far behind it the last was */
function hits(count: number, nowMs: () => number): number {
  vi.spyOn(Date, 'now').mockImplementation(nowMs)
  let recentMs = Number.NaN
  for (const end = hitCount + count; hitCount < end; hitCount++) recentMs = systemClock.recentMs?.() ?? Number.NaN
  return nowMs() - recentMs
}

const readCount = (): number => vi.mocked(Date.now).mock.calls.length

test('a hundred thousand hits of one millisecond read the clock a handful of times', () => {
  hits(HIT_COUNT, () => 1_000)
  expect(readCount()).toBeGreaterThan(1)
  expect(readCount()).toBeLessThanOrEqual(7)
})

test('at a hundred nanoseconds a hit the clock is read about once a millisecond', () => {
  hits(HIT_COUNT * 10, () => Math.floor(hitCount / 10_000))
  expect(readCount()).toBeGreaterThan(50)
  expect(readCount()).toBeLessThanOrEqual(110)
})

test('where hits take long, time is seen to pass within a turn', () => {
  for (let at = 0; at < 1_000; at++) expect(hits(1, () => hitCount)).toBeLessThanOrEqual(257)
})

test('what fast hits allow ends where slow ones follow', () => {
  hits(HIT_COUNT, () => 1_000)
  expect(hits(HIT_COUNT, () => 1_000 + hitCount)).toBeLessThanOrEqual(257)
})

test('what fast hits allow ends with the turn', () => {
  hits(HIT_COUNT, () => 1_000)
  turn()
  expect(hits(257, () => 1_000 + hitCount)).toBeLessThanOrEqual(1)
})
