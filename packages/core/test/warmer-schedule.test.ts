/** When a started warmer runs by itself: on time, never twice at once, and however the clock is set. */
import {
  type Cache,
  type Clock,
  createCache,
  createWarmer,
  MAX_TIMER_MS,
  type WarmSchedule,
  type WarmTask,
} from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { turn } from './held-loader.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A Tuesday. */
const STARTED = '2026-03-24T09:30:00Z'

let clock: FakeClock
let machine: Clock
let cache: Cache
let setByMs: number

beforeEach(() => {
  clock = createFakeClock(Date.parse(STARTED))
  setByMs = 0
  // As a machine's: timers know nothing of the clock being set, and none is longer than MAX_TIMER_MS.
  machine = {
    nowMs: () => clock.nowMs() + setByMs,
    schedule: (delayMs, run) => clock.schedule(Math.min(delayMs, MAX_TIMER_MS), run),
  }
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: machine })
})

function setClock(to: string): void {
  setByMs = Date.parse(to) - clock.nowMs()
}

afterEach(() => {
  vi.restoreAllMocks()
})

/** A started warmer, and when its runs begin. */
function begin(schedule: WarmSchedule, tasks: readonly WarmTask[] = []) {
  const begunAt: string[] = []
  const warmer = createWarmer(cache, {
    clock: machine,
    schedule,
    tasks: () => {
      begunAt.push(new Date(machine.nowMs()).toISOString().slice(0, 16))
      return tasks
    },
  })
  warmer.start()
  return { warmer, begunAt }
}

/** Lets time pass in steps, so that each run can end before the next one is due. */
async function pass(durationMs: number): Promise<void> {
  const stepMs = HOUR_MS / 2
  for (let leftMs = durationMs; leftMs > 0; leftMs -= stepMs) {
    clock.advanceMs(Math.min(leftMs, stepMs))
    await turn()
  }
}

describe('every so often', () => {
  test('from one interval after the start until it is stopped; starting twice changes nothing', async () => {
    const { warmer, begunAt } = begin({ every: '1h' })
    warmer.start()
    expect(warmer.status().nextAtMs).toBe(clock.nowMs() + HOUR_MS)
    await pass(2 * HOUR_MS)
    warmer.stop()
    await pass(5 * HOUR_MS)
    expect(begunAt).toEqual(['2026-03-24T10:30', '2026-03-24T11:30'])
    expect(warmer.status()).toMatchObject({ nextAtMs: undefined, last: { trigger: 'schedule', outcome: 'completed' } })
    warmer.start()
    await pass(HOUR_MS)
    expect(begunAt).toHaveLength(3)
  })

  test('a run that is longer than the interval is not overtaken; the next one comes when it is due', async () => {
    const tasks = [
      { key: 'slow', loader: () => new Promise((resolve) => clock.schedule(2.5 * HOUR_MS, () => resolve(1))) },
    ]
    const { begunAt } = begin({ every: '1h' }, tasks)
    await pass(5 * HOUR_MS)
    expect(begunAt).toEqual(['2026-03-24T10:30', '2026-03-24T13:30'])
  })

  test('jitter shortens each interval by its own share', async () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(0.5).mockReturnValueOnce(0).mockReturnValueOnce(1)
    const { begunAt } = begin({ every: '1h', jitter: 0.5 })
    await pass(2.5 * HOUR_MS)
    expect(begunAt).toEqual(['2026-03-24T10:15', '2026-03-24T11:15', '2026-03-24T11:45'])
  })

  test('an interval longer than any timer, with the clock set meanwhile, is kept', async () => {
    const { begunAt } = begin({ every: '60d' })
    setClock('2031-01-01T00:00:00Z')
    await pass(60 * DAY_MS - 1)
    expect(begunAt).toEqual([])
    await pass(1)
    expect(begunAt).toEqual(['2031-03-02T00:00'])
  })
})

describe('once a day', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['a time like any other', '2026-06-01', '06:00', ['06-01T04:00', '06-02T04:00', '06-03T04:00']],
    ['midnight while summer begins', '2026-03-28', '00:00', ['03-28T23:00', '03-29T22:00', '03-30T22:00']],
    ['a time that summer skips', '2026-03-28', '02:30', ['03-28T01:30', '03-29T01:30', '03-30T00:30']],
    ['a time that autumn brings twice', '2026-10-24', '02:30', ['10-24T00:30', '10-25T00:30', '10-26T01:30']],
  ])('%s', async (_, from, dailyAt, expected) => {
    setClock(`${from}T00:00:00Z`)
    const { begunAt } = begin({ dailyAt, timeZone: 'Europe/Berlin' })
    await pass(3 * DAY_MS)
    expect(begunAt).toEqual(expected.map((instant) => `2026-${instant}`))
  })

  test('jitter delays each day by its own part, and moves no other day', async () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(1).mockReturnValueOnce(0).mockReturnValueOnce(0.5)
    const { begunAt } = begin({ dailyAt: '12:00', timeZone: 'UTC', jitter: '1h' })
    await pass(3 * DAY_MS)
    expect(begunAt).toEqual(['2026-03-24T13:00', '2026-03-25T12:00', '2026-03-26T12:30'])
  })

  test('days that the clock jumps over are made up for by one run, within a minute', async () => {
    const { begunAt } = begin({ dailyAt: '12:00', timeZone: 'UTC' })
    setClock('2026-03-27T20:00:00Z')
    await pass(DAY_MS)
    expect(begunAt).toEqual(['2026-03-27T20:01', '2026-03-28T12:00'])
  })

  test('a day that has had its run has no other when the clock goes back', async () => {
    const { begunAt } = begin({ dailyAt: '12:00', timeZone: 'UTC' })
    await pass(3 * HOUR_MS)
    setClock('2026-03-24T08:00:00Z')
    await pass(2 * DAY_MS)
    expect(begunAt).toEqual(['2026-03-24T12:00', '2026-03-25T12:00'])
  })

  test('a clock that was years ahead does not put the next run off by years', async () => {
    setClock('2040-01-01T00:00:00Z')
    const { begunAt } = begin({ dailyAt: '12:00', timeZone: 'UTC' })
    await pass(DAY_MS)
    setClock(STARTED)
    await pass(DAY_MS)
    expect(begunAt).toEqual(['2040-01-01T12:00', '2026-03-24T12:00'])
  })
})

test('a schedule whose cache has been closed ends by itself', async () => {
  const { warmer, begunAt } = begin({ every: '1h' })
  await cache.close()
  await pass(2 * HOUR_MS)
  expect([begunAt, warmer.status().nextAtMs, clock.timerCount]).toEqual([[], undefined, 0])
})
