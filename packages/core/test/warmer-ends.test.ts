/** How a run of a warmer ends early, and runs that meet. */
import { type Cache, createCache, createWarmer, type Warmer, type WarmerOptions, type WarmOutcome } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { heldLoader, turn } from './held-loader.ts'
import { asyncTasksOf, heldTasks, turns } from './warm-tasks.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m', clock })
})

const warmer = (options: Omit<WarmerOptions, 'clock'>) => createWarmer(cache, { clock, ...options })

describe('how a run ends early', () => {
  test.each<[string, WarmOutcome, (all: { warmer: Warmer; stop: () => void }) => unknown]>([
    ['the only caller leaves', 'cancelled', ({ stop }) => stop()],
    ['cancel', 'cancelled', ({ warmer }) => warmer.cancel()],
    ['the time limit', 'timed-out', () => clock.advanceMs(60_000)],
    ['closing the warmer', 'closed', ({ warmer }) => warmer.close()],
  ])('by %s: at once, loads are told to stop, and no timer is left', async (_, outcome, end) => {
    const { tasks, runs } = heldTasks('a', 'b', 'c')
    const held = warmer({ tasks, concurrency: 2, timeLimit: '1m' })
    const controller = new AbortController()
    const report = held.run({ signal: controller.signal })
    await turns(2)
    runs[0]?.settle(1)
    await turns(2)
    void end({ warmer: held, stop: () => controller.abort() })
    expect(await report).toMatchObject({ outcome, total: 3, warmed: 1, failedCount: 0, left: 2 })
    await turn()
    expect(runs.map(({ context }) => context.signal.aborted)).toEqual([false, true, true])
    expect(held.status()).toMatchObject({ running: undefined, last: { outcome } })
    // The cache's own sweep, and the slots of the two abandoned loads.
    expect(clock.timerCount).toBe(3)
    for (const run of runs) run.settle(1)
    await turns(2)
    expect(clock.timerCount).toBe(1)
  })

  test('what comes of loads after the end is not counted, and their slots serve the next run', async () => {
    const { tasks, runs } = heldTasks('a', 'b')
    const held = warmer({ tasks, concurrency: 1 })
    const first = held.run()
    await turns(2)
    held.cancel()
    const { warmed } = await first
    const second = held.run()
    runs[0]?.fail(new Error('too late'))
    await turns(3)
    runs[1]?.settle(1)
    await turns(3)
    runs[2]?.settle(1)
    expect([warmed, await second]).toMatchObject([0, { outcome: 'completed', total: 2, warmed: 2 }])
  })

  test('closing the cache ends a run at its next task, whose number then does not matter', async () => {
    const { tasks, runs } = heldTasks('a', 'b', 'c')
    const report = warmer({ tasks, concurrency: 1 }).run()
    await turns(2)
    const closing = cache.close()
    runs[0]?.settle(1)
    expect(await report).toMatchObject({ outcome: 'closed', warmed: 1, failedCount: 0, left: 2 })
    await closing
  })

  test('an async list that does not answer holds nothing up, and is told to give back what it holds', async () => {
    let isGivenBack = false
    const silent = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => undefined),
        return: async () => {
          isGivenBack = true
          throw new Error('cannot close')
        },
      }),
    }
    const held = warmer({ tasks: silent })
    const faults: unknown[] = []
    held.on('fault', ({ operation, error }) => faults.push([operation, String(error)]))
    const report = held.run()
    await turn()
    held.cancel()
    expect(await report).toMatchObject({ outcome: 'cancelled', total: 0 })
    await turn()
    expect([isGivenBack, faults]).toEqual([true, [['tasks', 'Error: cannot close']]])
  })

  test('a list that has come to its end is not told to end', async () => {
    let returnCount = 0
    const ended = { next: async () => ({ done: true as const, value: undefined }), return: async () => returnCount++ }
    const tasks = { [Symbol.asyncIterator]: () => ended as never }
    expect(await warmer({ tasks }).run()).toMatchObject({ outcome: 'completed', total: 0 })
    expect(returnCount).toBe(0)
  })

  test('an endless list is read no further', async () => {
    let readCount = 0
    async function* endless() {
      for (;;) yield { key: `${readCount++ % 100}`, loader: () => 1 }
    }
    const held = warmer({ tasks: endless() })
    const report = held.run()
    await turns(20)
    held.cancel()
    const { total, left } = await report
    await turns(5)
    expect(total).toBeGreaterThan(100)
    expect([readCount - total <= 1, left <= 4]).toEqual([true, true])
  })
})

describe('runs that meet', () => {
  test('a second run joins the first; who leaves ends only its own wait, and the last one ends the run', async () => {
    const { tasks, runs } = heldTasks('a', 'b')
    const held = warmer({ tasks, concurrency: 1 })
    const [one, other] = [new AbortController(), new AbortController()]
    const reports = [held.run({ signal: one.signal }), held.run({ signal: other.signal })]
    await turns(2)
    one.abort()
    expect(await reports[0]).toMatchObject({ outcome: 'cancelled', left: 2 })
    expect(runs[0]?.context.signal.aborted).toBe(false)
    runs[0]?.settle(1)
    await turns(3)
    other.abort()
    expect(await reports[1]).toMatchObject({ outcome: 'cancelled', warmed: 1, left: 1 })
    await turn()
    expect([runs.length, runs[1]?.context.signal.aborted]).toEqual([2, true])
  })

  test('a caller without a signal keeps the run', async () => {
    const { tasks, runs } = heldTasks('a')
    const held = warmer({ tasks })
    const controller = new AbortController()
    const [leaving, staying] = [held.run({ signal: controller.signal }), held.run()]
    await turns(2)
    controller.abort()
    runs[0]?.settle(1)
    expect([await leaving, await staying]).toMatchObject([{ outcome: 'cancelled' }, { outcome: 'completed' }])
  })

  test('a prefetch goes before the next tasks of a run, and both keep to the same number of loads', async () => {
    const { tasks, runs } = heldTasks(['panel', 1], ['panel', 2], ['panel', 3])
    const held = warmer({ tasks, concurrency: 1 })
    const run = held.run()
    await turns(2)
    const prefetch = held.prefetch([['panel', 3]])
    await turns(2)
    expect(runs).toHaveLength(1)
    runs[0]?.settle(1)
    await turns(2)
    expect(runs.map(({ context }) => context.key)).toEqual([
      ['panel', 1],
      ['panel', 3],
    ])
    runs[1]?.settle(3)
    expect(await prefetch).toMatchObject({ trigger: 'prefetch', outcome: 'completed', total: 1, warmed: 1 })
    expect(held.status().last).toBeUndefined()
    await turns(2)
    runs[2]?.settle(2)
    expect(await run).toMatchObject({ warmed: 2, alreadyThere: 1 })
    expect(held.status().last).toMatchObject({ trigger: 'run' })
  })

  test('a prefetch warms nothing else, and says which keys no task has', async () => {
    const report = await warmer({ tasks: asyncTasksOf('a', 'b', 'c') }).prefetch(['b', 'z', ['z']])
    expect(report).toMatchObject({ outcome: 'completed', total: 3, warmed: 1, failedCount: 2, left: 0 })
    expect(report.failed.map(({ key, name, error }) => [key, name, String(error)])).toEqual([
      ['z', 'z', 'UsageError: prefetch: z is the key of no task'],
      [['z'], '["z"]', 'UsageError: prefetch: ["z"] is the key of no task'],
    ])
    expect(await cache.getMany(['a', 'b', 'c'])).toEqual(new Map([['b', 'B']]))
  })

  test('a prefetch reads a list no further than it must, and is ended by cancel', async () => {
    const { loader, runs } = heldLoader()
    const read: string[] = []
    let isGivenBack = false
    async function* listed() {
      try {
        for (const key of ['a', 'b', 'c']) {
          read.push(key)
          yield { key, loader }
        }
      } finally {
        isGivenBack = true
      }
    }
    const held = warmer({ tasks: listed })
    const report = held.prefetch(['b'])
    await turns(2)
    expect([read, isGivenBack, runs.length]).toEqual([['a', 'b'], true, 1])
    held.cancel()
    expect(await report).toMatchObject({ outcome: 'cancelled', total: 1, left: 1 })
  })
})
