/** One load for all who share a backend: who loads, who waits, and who follows a holder that is gone. */
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { heldLoader, passTime, turn } from './held-loader.ts'

let clock: FakeClock
let backend: ReferenceBackend
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  backend = new ReferenceBackend({ holds: 'bytes' })
  cache = createCache({ backend, ttl: '1m', clock })
})

const pass = (durationMs: number) => passTime(clock, durationMs)

async function clockTick(): Promise<void> {
  clock.advanceMs(1)
  await turn()
}

describe("singleFlight 'shared'", () => {
  const options = { singleFlight: 'shared' } as const

  test('two caches on one backend load once, and both get it', async () => {
    const other = createCache({ backend, ttl: '1m', clock })
    const { loader, runs } = heldLoader()
    const calls = [cache.lookupOrSet('key', loader, options), other.lookupOrSet('key', loader, options)]
    await pass(200)
    expect(runs).toHaveLength(1)
    runs[0]?.settle('value')
    await pass(100)
    expect((await Promise.all(calls)).map(({ outcome, value }) => [outcome, value])).toEqual([
      ['loaded', 'value'],
      ['joined', 'value'],
    ])
  })

  test.each([20, 46, 72])('who waits %i ms has the value a quarter of that and 2 ms later', async (loadMs) => {
    const other = createCache({ backend, ttl: '1m', clock })
    const { loader, runs } = heldLoader()
    const first = cache.getOrSet('key', loader, options)
    await turn()
    let answer: unknown
    const second = other.getOrSet('key', loader, options).then((value) => {
      answer = value
    })
    for (let passedMs = 0; passedMs < loadMs; passedMs++) await clockTick()
    runs[0]?.settle('value')
    expect(await first).toBe('value')
    for (let passedMs = 0; passedMs < loadMs / 4 + 2; passedMs++) await clockTick()
    expect(answer).toBe('value')
    await second
  })

  test('when the holder fails the next one loads', async () => {
    const other = createCache({ backend, ttl: '1m', clock })
    const { loader, runs } = heldLoader()
    const first = cache.getOrSet('key', loader, options).catch((error: unknown) => error)
    await turn()
    const second = other.getOrSet('key', loader, options)
    await pass(20)
    runs[0]?.fail(new Error('down'))
    expect(await first).toMatchObject({ message: 'down' })
    await pass(100)
    runs[1]?.settle('value')
    expect(await second).toBe('value')
  })

  test('nobody looks for another’s value when nobody waits for it', async () => {
    backend.lease('key', 'exclusive', 60_000, clock.nowMs())
    const leaving = new AbortController()
    const left = cache.getOrSet('key', () => 'never', { ...options, signal: leaving.signal }).catch(() => 'left')
    await pass(100)
    leaving.abort()
    expect(await left).toBe('left')
    await pass(100)
    const timers = clock.timerCount
    await cache.close()
    expect([timers, clock.timerCount]).toEqual([1, 0])
  })

  test('when the holder dies the next one loads after its lease', async () => {
    backend.lease('key', 'exclusive', 10_000, clock.nowMs())
    const served = cache.getOrSet('key', () => 'value', options)
    await pass(9_000)
    expect(cache.stats().loads).toBe(0)
    await pass(1_200)
    expect(await served).toBe('value')
  })
})
