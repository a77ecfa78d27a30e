/** Runs of a warmer: what is loaded and what is left, and that no task hurts another. */
import {
  type Cache,
  createCache,
  createWarmer,
  type WarmerOptions,
  type WarmTask,
  type WarmTaskSource,
} from '@stowage/core'
import { createFakeClock, type FakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { asyncTasksOf, heldTasks, tasksOf, turns } from './warm-tasks.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m', clock })
})

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
