/** A pin holds for as long as it is needed, and whoever lost it is told. */
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { BackupSource } from '../src/backup/backup.ts'
import { Pin } from '../src/backup/pin.ts'

beforeEach(() => {
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.useRealTimers()
  })
})

function sources(count: number) {
  const pins: number[][] = []
  const made = Array.from({ length: count }, (_, at): BackupSource => {
    const instants: number[] = []
    pins.push(instants)
    return { path: `${at}`, pin: (untilMs) => void instants.push(untilMs), requireSpaces() {} }
  })
  return { made, pins }
}

test('every file is pinned, again and again before it runs out, until it is released', async () => {
  const { made, pins } = sources(2)
  const fail = vi.fn<(thrown: unknown) => void>()
  const pin = await Pin.take(made, fail)
  for (let second = 0; second < 120; second++) {
    await vi.advanceTimersByTimeAsync(1_000)
    for (const instants of pins) expect(instants.at(-1)).toBeGreaterThan(Date.now())
  }
  pin.release()
  const counts = pins.map((instants) => instants.length)
  expect(counts[0]).toBeGreaterThan(4)
  expect(counts[0], 'not more often than it takes').toBeLessThan(60)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(pins.map((instants) => instants.length)).toEqual(counts)
  expect(fail).not.toHaveBeenCalled()
})

test('a release when it had run out, and a renewal that comes too late or fails, are failures', async () => {
  const late = await Pin.take(sources(1).made, vi.fn())
  late.stop()
  await vi.advanceTimersByTimeAsync(31_000)
  expect(() => late.release()).toThrow('held up')

  const held = vi.fn<(thrown: unknown) => void>()
  await Pin.take(sources(1).made, held)
  vi.setSystemTime(Date.now() + 31_000)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(String(held.mock.calls[0]?.[0])).toContain('held up')

  const broken = new Error('disk full')
  const told = vi.fn<(thrown: unknown) => void>()
  let isBroken = false
  const pin = (): void => {
    if (isBroken) throw broken
  }
  await Pin.take([{ path: 'p', pin, requireSpaces() {} }], told)
  isBroken = true
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told).toHaveBeenCalledWith(broken)
})

test('a clock set back by more than clocks may be apart is a failure too: who does not know of it deletes', async () => {
  const told = vi.fn<(thrown: unknown) => void>()
  await Pin.take(sources(1).made, told)
  vi.setSystemTime(Date.now() - 60_000)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told).not.toHaveBeenCalled()
  vi.setSystemTime(Date.now() - 3_600_000)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(String(told.mock.calls[0]?.[0])).toContain('the clock was set')
})
