/** Runs of a warmer: what is loaded and what is left, how a run ends, and that nothing it does hurts anybody. */
import {
  type Cache,
  ConfigError,
  createCache,
  createWarmer,
  type Key,
  UsageError,
  type Warmer,
  type WarmerOptions,
  type WarmOutcome,
  type WarmTask,
  type WarmTaskSource,
} from '@stowage/core'
import { createFakeClock, type FakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { type HeldRun, heldLoader, turn } from './held-loader.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m', clock })
})

/** Tasks with these keys; each loads its key in capitals. */
function tasksOf(...keys: string[]): WarmTask[] {
  return keys.map((key) => ({ key, loader: () => key.toUpperCase() }))
}

async function* asyncTasksOf(...keys: string[]): AsyncGenerator<WarmTask> {
  yield* tasksOf(...keys)
}

/** Tasks whose loads the test ends, in any order. */
function heldTasks(...keys: Key[]): { readonly tasks: WarmTask[]; readonly runs: HeldRun[] } {
  const { loader, runs } = heldLoader()
  return { tasks: keys.map((key) => ({ key, loader })), runs }
}

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn()
}

const warmer = (options: Omit<WarmerOptions, 'clock'>) => createWarmer(cache, { clock, ...options })

describe('what is loaded', () => {
  test('what is missing or stale is loaded, what is fresh is left; then all of it is', async () => {
    await cache.set('fresh', 'old')
    await cache.set('stale', 'old', { ttl: 1, staleWhileRevalidate: '1h' })
    clock.advanceMs(1)
    const tasks = tasksOf('missing', 'fresh', 'stale')
    expect(await warmer({ tasks }).run()).toEqual({
      outcome: 'completed',
      trigger: 'run',
      startedAtMs: clock.nowMs(),
      total: 3,
      warmed: 2,
      alreadyThere: 1,
      unstored: 0,
      failedCount: 0,
      failed: [],
      left: 0,
      elapsedMs: 0,
      error: undefined,
    })
    const keys = ['missing', 'fresh', 'stale']
    expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual(['MISSING', 'old', 'STALE'])
    expect(await warmer({ tasks, refresh: 'all' }).run()).toMatchObject({ warmed: 3, alreadyThere: 0 })
    expect(await cache.get('fresh')).toBe('FRESH')
  })

  test('a stale value whose load fails is a failure, though it could still be served', async () => {
    await cache.set('key', 'old', { ttl: 1, staleWhileRevalidate: '1h', staleIfError: '1h' })
    clock.advanceMs(1)
    const down = new Error('source is down')
    const tasks = [{ key: 'key', loader: () => Promise.reject(down) }]
    const { failed } = await warmer({ tasks }).run()
    expect(failed).toEqual([{ key: 'key', name: 'key', error: down }])
  })

  test('a value that is loaded and not kept is not called warm', async () => {
    const tasks: WarmTask[] = [
      { key: 'skipped', loader: ({ skip }) => skip(1) },
      { key: 'undefined', loader: () => undefined },
    ]
    expect(await warmer({ tasks }).run()).toMatchObject({ unstored: 2, warmed: 0, left: 0 })
    const off = createCache({ backend: new ReferenceBackend(), ttl: '1m', mode: 'off', clock })
    expect(await createWarmer(off, { tasks: tasksOf('key'), clock }).run()).toMatchObject({ unstored: 1, warmed: 0 })
  })

  test("a task's options are obeyed, a bare ttl and a signal too", async () => {
    const tasks: WarmTask[] = [
      { key: 'short', loader: () => 1, options: '1s' },
      { key: 'tagged', loader: () => 1, options: { tags: ['t'] } },
      { key: 'unwanted', loader: () => 1, options: { signal: AbortSignal.abort(new Error('unwanted')) } },
    ]
    const { failed } = await warmer({ tasks }).run()
    expect(failed.map(({ error }) => String(error))).toEqual(['Error: unwanted'])
    clock.advanceMs(1_000)
    await cache.invalidate({ tags: ['t'] })
    expect([await cache.has('short'), await cache.has('tagged')]).toEqual([false, false])
  })

  test.each<[string, WarmTaskSource]>([
    ['a set', new Set(tasksOf('a', 'b'))],
    ['an async list', asyncTasksOf('a', 'b')],
    ['a function', () => tasksOf('a', 'b')],
    ['an async function of an async list', async () => asyncTasksOf('a', 'b')],
  ])('tasks may come from %s', async (_, tasks) => {
    expect(await warmer({ tasks }).run()).toMatchObject({ total: 2, warmed: 2 })
  })

  test('a function of tasks is asked by each run', async () => {
    const lists = [['a'], ['a', 'b']]
    const each = warmer({ tasks: () => tasksOf(...(lists.shift() ?? [])) })
    expect(await each.run()).toMatchObject({ total: 1, warmed: 1 })
    expect(await each.run()).toMatchObject({ total: 2, warmed: 1, alreadyThere: 1 })
  })

  test('ten thousand tasks that are there let the event loop turn meanwhile', async () => {
    const keys = Array.from({ length: 10_000 }, (_, at) => `key ${at}`)
    await cache.setMany(keys.map((key) => [key, 1]))
    let turnCount = 0
    let isOver = false
    const count = () => {
      turnCount++
      if (!isOver) setImmediate(count)
    }
    setImmediate(count)
    expect(await warmer({ tasks: tasksOf(...keys) }).run()).toMatchObject({ alreadyThere: 10_000 })
    isOver = true
    expect(turnCount).toBeGreaterThan(500)
  })
})

describe('how a run goes', () => {
  test('so many load at a time as it was told, the next when one has ended, whatever becomes of it', async () => {
    const { tasks, runs } = heldTasks('a', 'b', 'c', 'd')
    const report = warmer({ tasks, concurrency: 2 }).run()
    await turns(2)
    expect(runs).toHaveLength(2)
    const down = new Error('b is down')
    runs[1]?.fail(down)
    await turns(2)
    expect(runs).toHaveLength(3)
    runs[0]?.settle(1)
    runs[2]?.settle(1)
    await turns(2)
    runs[3]?.settle(1)
    const failed = [{ key: 'b', name: 'b', error: down }]
    expect(await report).toMatchObject({ outcome: 'completed', total: 4, warmed: 3, failedCount: 1, failed, left: 0 })
  })

  test('what is no task, key or loader is a failure of its own, and the others are warmed', async () => {
    const wrong = [
      { key: 7, loader: () => 1 },
      { key: 'no loader' },
      { key: 'wrong option', loader: () => 1, options: { ttl: -1 } },
      { key: 'unknown option', loader: () => 1, ttl: '5m' },
      null,
    ] as never[]
    const { failed, warmed } = await warmer({ tasks: [...wrong, ...tasksOf('right')] }).run()
    expect(warmed).toBe(1)
    expect(failed.map(({ error }) => String(error))).toEqual([
      expect.stringMatching(/UsageError: key: 7/),
      expect.stringMatching(/UsageError: lookupOrSet: undefined is not a loader/),
      expect.stringMatching(/ConfigError: ttl: -1/),
      expect.stringMatching(/ConfigError: tasks: unknown option 'ttl'; allowed: key, loader, options, name/),
      expect.stringMatching(/ConfigError: tasks: null/),
    ])
  })

  test('a thousand failures are counted, and the first hundred are listed', async () => {
    const tasks = Array.from({ length: 1_000 }, (_, at) => ({
      key: `${at}`,
      loader: () => Promise.reject(new Error(`${at}`)),
    }))
    const { failed, failedCount } = await warmer({ tasks }).run()
    expect(failedCount).toBe(1_000)
    expect(failed.map(({ error }) => String(error))).toEqual(Array.from({ length: 100 }, (_, at) => `Error: ${at}`))
  })

  test('a list of tasks that cannot be read is the end of the run, not of the caller', async () => {
    const broken = new Error('no list today')
    async function* breaking() {
      yield* tasksOf('a')
      throw broken
    }
    expect(await warmer({ tasks: breaking() }).run()).toMatchObject({ outcome: 'failed', error: broken, warmed: 1 })
    const throwing = () => {
      throw broken
    }
    expect(await warmer({ tasks: throwing }).run()).toMatchObject({ outcome: 'failed', error: broken, total: 0 })
    const { error } = await warmer({ tasks: () => 7 as never }).run()
    expect(String(error)).toMatch(/^ConfigError: tasks: 7 is not a list; allowed: /)
  })

  test('on a backend that fails nothing is kept, and the run says so', async () => {
    const backend = faultyBackend(new ReferenceBackend(), clock)
    backend.inject('set', { kind: 'throw', error: new Error('disk is full') })
    const failing = createCache({ backend, ttl: '1m', clock })
    expect(await createWarmer(failing, { tasks: tasksOf('a', 'b'), clock }).run()).toMatchObject({ unstored: 2 })
  })
})

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

describe('what is refused', () => {
  test.each<[string, object, RegExp]>([
    ['no tasks', {}, /^tasks: undefined is not a list; allowed: /],
    ['a text', { tasks: 'abc' }, /^tasks: 'abc' is not a list/],
    [
      'a misspelt option',
      { tasks: [], shedule: { every: '1m' } },
      /^createWarmer: unknown option 'shedule'; allowed: /,
    ],
    ['no concurrency', { tasks: [], concurrency: 0 }, /^concurrency: 0 is not a count/],
    ['a limit of nothing', { tasks: [], timeLimit: 0 }, /^timeLimit: 0 is not a duration/],
    ['a limit no timer keeps', { tasks: [], timeLimit: '25d' }, /^timeLimit: '25d' is too long; allowed: up to /],
    ['another refresh', { tasks: [], refresh: 'stale' }, /^refresh: 'stale' is not known; allowed: 'missing', 'all'/],
    ['no clock', { tasks: [], clock: {} }, /^clock: an object is not a clock/],
    ['an empty schedule', { tasks: [], schedule: {} }, /^schedule.every: undefined is not a duration/],
    ['both schedules', { tasks: [], schedule: { every: '1h', dailyAt: '00:00' } }, /^schedule: unknown option 'every'/],
    ['jitter over 1', { tasks: [], schedule: { every: '1h', jitter: 2 } }, /^schedule.jitter: 2 is not a share/],
    ['24 h', { tasks: [], schedule: { dailyAt: '24:00' } }, /^schedule.dailyAt: '24:00' is not a time of day/],
    [
      'a share of a day',
      { tasks: [], schedule: { dailyAt: '00:00', jitter: '13h' } },
      /^schedule.jitter: '13h' is too/,
    ],
    [
      'another world',
      { tasks: [], schedule: { dailyAt: '00:00', timeZone: 'Mars/Base' } },
      /^schedule.timeZone: 'Mars\/Base' is not a time zone; allowed: an IANA name/,
    ],
  ])('%s', (_, options, message) => {
    const make = () => createWarmer(cache, options as never)
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
  })

  test('calls that cannot be carried out', async () => {
    const held = warmer({ tasks: [] })
    expect(() => createWarmer({} as never, { tasks: [] })).toThrow(/^createWarmer: an object is not a cache/)
    expect(() => held.start()).toThrow(/^start: the warmer has no schedule/)
    expect(() => held.on('done' as never, () => 1)).toThrow(/^on: 'done' is not allowed/)
    await expect(held.run({ signal: 1 } as never)).rejects.toThrow(/^run: signal: 1 is not a signal/)
    await expect(held.prefetch('a' as never)).rejects.toThrow(/^prefetch: 'a' is not allowed/)
    await expect(held.prefetch([7 as never])).rejects.toThrow(UsageError)
  })

  test('a closed warmer begins nothing', async () => {
    await using held = warmer({ tasks: tasksOf('a'), schedule: { every: '1m' } })
    held.start()
    await held.close()
    expect(await held.run()).toMatchObject({ outcome: 'closed', total: 0 })
    expect(await held.prefetch(['a'])).toMatchObject({ outcome: 'closed', total: 0 })
    expect(() => held.start()).toThrow(UsageError)
    expect([held.status().nextAtMs, await cache.has('a')]).toEqual([undefined, false])
  })

  test('a signal that has fired begins nothing', async () => {
    const report = await warmer({ tasks: tasksOf('a') }).run({ signal: AbortSignal.abort() })
    expect(report).toMatchObject({ outcome: 'cancelled', total: 0 })
    expect(await cache.has('a')).toBe(false)
  })
})
