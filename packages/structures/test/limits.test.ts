/** What counters, averagers and throttles promise, on every backend that can keep one. */
import { type Backend, ConfigError, UsageError } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAverager, createCounter, createQueue, throttle } from '../src/index.ts'
import { describeBackends, type TestStore } from './backends.ts'

describeBackends((kind) => {
  let store: TestStore
  let backend: Backend
  beforeEach(async () => {
    store = await kind.create()
    backend = store.open()
  })
  afterEach(() => store[Symbol.asyncDispose]())

  test('a counter loses nothing of what many add', async () => {
    const counters = [createCounter(backend, 'c'), createCounter(store.open(), 'c')]
    const sums = await Promise.all(Array.from({ length: 100 }, async (_, n) => counters[n % 2]?.add()))
    expect(sums.toSorted((one = 0, other = 0) => one - other)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1))
    expect(await counters[0]?.add(-0.5)).toBe(99.5)
    await counters[1]?.set(7)
    expect(await counters[0]?.get()).toBe(7)
    await expect(counters[0]?.add(Number.NaN)).rejects.toThrow(UsageError)
  })

  test('an averager gives each value to one taker', async () => {
    const [here, there] = [createAverager(backend, 'a'), createAverager(store.open(), 'a')]
    expect(await here.get()).toEqual({ total: 0, count: 0, mean: undefined })
    await here.add(1)
    expect(await there.add(2)).toEqual({ total: 3, count: 2, mean: 1.5 })
    const taken = await Promise.all([
      here.take(),
      there.take(),
      ...Array.from({ length: 20 }, async (_, n) => {
        await (n % 2 === 0 ? here : there).add(1)
        return here.take()
      }),
    ])
    const rest = await there.take()
    expect([...taken, rest].reduce((sum, { total }) => sum + total, 0)).toBe(23)
    expect([...taken, rest].reduce((sum, { count }) => sum + count, 0)).toBe(22)
  })

  test('a throttle lets through what a bucket would, whenever it is asked', { timeout: 60_000 }, async () => {
    let round = 0
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: 1, max: 4 }), async (pauses, burst) => {
        const clock = createFakeClock()
        const limiter = throttle(backend, `t-${round++}`, { limit: 10, per: '1s', burst, clock })
        let tokens = burst
        let filledAtMs = clock.nowMs()
        for (const pauseMs of pauses) {
          clock.advanceMs(pauseMs)
          tokens = Math.min(burst, tokens + (clock.nowMs() - filledAtMs) / 100)
          filledAtMs = clock.nowMs()
          const isDue = tokens > 1 - 1e-9
          expect(await limiter.tryAcquire()).toBe(isDue)
          if (isDue) tokens -= 1
        }
      }),
      { numRuns: 20 },
    )
  })

  test('who has to wait passes when his token is due, in the order in which they came', async () => {
    const clock = createFakeClock(1_000)
    const limiter = throttle(backend, 't', { limit: 10, per: '1s', burst: 1, clock })
    const passed: [number, number][] = []
    const all: Promise<void>[] = []
    for (let number = 0; number < 4; number++) {
      all.push(limiter.acquire().then(() => void passed.push([number, clock.nowMs()])))
      await expect.poll(() => clock.timerCount + passed.length, { interval: 1, timeout: 20_000 }).toBe(number + 1)
    }
    for (let step = 0; step < 30; step++) {
      clock.advanceMs(10)
      await new Promise(setImmediate)
    }
    await Promise.all(all)
    expect(passed).toEqual([
      [0, 1_000],
      [1, 1_100],
      [2, 1_200],
      [3, 1_300],
    ])
  })

  test('a token that is not waited for any longer is given back', async () => {
    const clock = createFakeClock()
    const limiter = throttle(backend, 't', { limit: 1, per: '1m', clock })
    await limiter.acquire()
    const stop = new AbortController()
    const waiting = limiter.acquire({ signal: stop.signal })
    await expect.poll(() => clock.timerCount, { interval: 1, timeout: 20_000 }).toBe(1)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    clock.advanceMs(60_000)
    expect(await limiter.tryAcquire()).toBe(true)
  })

  test('who waits no longer hears why, also where the token cannot be given back', async () => {
    const clock = createFakeClock()
    const limiter = throttle(backend, 't', { limit: 1, per: '1m', clock })
    await limiter.acquire()
    const stop = new AbortController()
    const waiting = limiter.acquire({ signal: stop.signal })
    await expect.poll(() => clock.timerCount, { interval: 1, timeout: 20_000 }).toBe(1)
    if (backend.spaces === undefined) throw new Error('no spaces')
    const commit = vi.spyOn(backend.spaces, 'commit').mockRejectedValueOnce(new Error('out of reach'))
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(commit).toHaveBeenCalledOnce()
  })
})

describe('what cannot be', () => {
  test('a backend that may evict anything is refused, naming those that do not', () => {
    const backend = new ReferenceBackend({ holds: 'bytes' })
    expect(() => createQueue(backend, 'q')).toThrow(ConfigError)
    expect(() => createQueue(backend, 'q')).toThrow(/allowed: a backend with spaces: memory, sqlite, redis/)
  })
})
