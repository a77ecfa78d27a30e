/** What a load that fails or takes long does to its callers: fallbacks, timeouts, signals, back-off, refresh ahead. */
import { type Cache, type CacheEvents, createCache, TimeoutError, UsageError } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { heldLoader, turn } from './held-loader.ts'

let clock: FakeClock
let backend: ReferenceBackend
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  backend = new ReferenceBackend({ holds: 'bytes' })
  cache = createCache({ backend, ttl: '1m', clock })
})

/** Moves time in small steps, so that what a timer starts can go on before the next. */
async function pass(durationMs: number): Promise<void> {
  await turn()
  for (let passedMs = 0; passedMs < durationMs; passedMs += 10) {
    clock.advanceMs(10)
    await turn()
  }
}

describe('staleIfError', () => {
  const options = { ttl: '1s', staleIfError: '1h', retryAfterError: '10s' } as const

  test('the old value is served when the load fails, and only then', async () => {
    await cache.set('key', 'old', options)
    clock.advanceMs(1_000)
    expect(await cache.get('key')).toBeUndefined()
    expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'expired' })
    const failing = () => Promise.reject(new Error('down'))
    expect(await cache.lookupOrSet('key', failing, options)).toMatchObject({
      outcome: 'stale',
      value: 'old',
      ageMs: 1_000,
    })
    clock.advanceMs(10_000)
    expect(await cache.getOrSet('key', () => 'new', options)).toBe('new')
    expect(cache.stats()).toMatchObject({ fallbacks: 1, loadFailures: 1, loads: 1 })
  })

  test('a failing source is asked once per retryAfterError, however many ask', async () => {
    await cache.set('key', 'old', options)
    clock.advanceMs(1_000)
    let runs = 0
    const failing = () => Promise.reject(new Error(`down ${++runs}`))
    for (let at = 0; at < 5; at++) expect(await cache.getOrSet('key', failing, options)).toBe('old')
    expect(runs).toBe(1)
    clock.advanceMs(9_999)
    expect(await cache.getOrSet('key', failing, options)).toBe('old')
    expect(runs).toBe(1)
    clock.advanceMs(1)
    expect(await cache.getOrSet('key', failing, options)).toBe('old')
    expect(runs).toBe(2)
  })

  test('past its window the failure is the callers’', async () => {
    await cache.set('key', 'old', options)
    clock.advanceMs(3_601_000)
    await expect(cache.getOrSet('key', () => Promise.reject(new Error('down')), options)).rejects.toThrow('down')
  })

  test('both windows count from the end of the ttl', async () => {
    await cache.set('key', 'old', { ttl: '1s', staleWhileRevalidate: '1s', staleIfError: '3s' })
    clock.advanceMs(1_999)
    expect(await cache.get('key')).toBe('old')
    clock.advanceMs(1)
    expect(await cache.get('key')).toBeUndefined()
    const failing = () => Promise.reject(new Error('down'))
    clock.advanceMs(1_999)
    expect(await cache.getOrSet('key', failing)).toBe('old')
    clock.advanceMs(1)
    await expect(cache.getOrSet('key', failing)).rejects.toThrow('down')
  })
})

describe('softTimeout', () => {
  const options = { ttl: '1s', staleIfError: '1h', softTimeout: 50 } as const

  test('leaves with the old value; the load goes on behind and its value is kept', async () => {
    await cache.set('key', 'old', options)
    clock.advanceMs(1_000)
    const { loader, runs } = heldLoader()
    const served = cache.lookupOrSet('key', loader, options)
    await pass(50)
    expect(await served).toMatchObject({ outcome: 'stale', value: 'old' })
    expect(runs[0]?.context.signal.aborted).toBe(false)
    runs[0]?.settle('new')
    await turn()
    expect(await cache.get('key')).toBe('new')
  })

  test('without an old value the caller waits on', async () => {
    const { loader, runs } = heldLoader()
    const served = cache.getOrSet('key', loader, options)
    await pass(500)
    runs[0]?.settle('value')
    expect(await served).toBe('value')
  })
})

describe('hardTimeout', () => {
  const options = { hardTimeout: 100 } as const

  test('fails the caller, fires the loader’s signal, and keeps what the load brings all the same', async () => {
    const { loader, runs } = heldLoader()
    const served = cache.getOrSet('key', loader, options).catch((error: unknown) => error)
    await pass(100)
    const error = await served
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ phase: 'load', limitMs: 100 })
    expect(runs[0]?.context.signal.reason).toBe(error)
    runs[0]?.settle('late')
    await turn()
    expect(await cache.get('key')).toBe('late')
  })

  test('loads never pile up on a key: the slot stays taken until the load settles or its lease ends', async () => {
    const { loader, runs } = heldLoader()
    for (let at = 0; at < 20; at++) {
      const served = cache.getOrSet('key', loader, options).catch((error: unknown) => error)
      await pass(100)
      expect(await served).toBeInstanceOf(TimeoutError)
    }
    expect(runs).toHaveLength(1)
    await pass(10_000)
    const next = cache.getOrSet('key', loader, options)
    await turn()
    expect(runs).toHaveLength(2)
    runs[0]?.settle('too late to be stored')
    await turn()
    expect(await cache.get('key')).toBeUndefined()
    runs[1]?.settle('value')
    expect(await next).toBe('value')
  })

  test('an old value stands in', async () => {
    await cache.set('key', 'old', { ttl: '1s', staleIfError: '1h' })
    clock.advanceMs(1_000)
    const served = cache.getOrSet('key', heldLoader().loader, options)
    await pass(100)
    expect(await served).toBe('old')
  })
})

describe('a caller’s signal', () => {
  test('ends its own wait; the load goes on for the others', async () => {
    const { loader, runs } = heldLoader()
    const leaving = new AbortController()
    const left = cache.getOrSet('key', loader, { signal: leaving.signal }).catch((error: unknown) => error)
    const staying = cache.getOrSet('key', loader)
    await turn()
    leaving.abort(new Error('client went away'))
    expect(await left).toMatchObject({ message: 'client went away' })
    expect(runs[0]?.context.signal.aborted).toBe(false)
    runs[0]?.settle('value')
    expect(await staying).toBe('value')
  })

  test('fires the loader’s when nobody is left', async () => {
    const { loader, runs } = heldLoader()
    const leaving = [new AbortController(), new AbortController()]
    const calls = leaving.map(({ signal }) => cache.getOrSet('key', loader, { signal }).catch(() => 'left'))
    await turn()
    leaving[0]?.abort()
    await turn()
    expect(runs[0]?.context.signal.aborted).toBe(false)
    leaving[1]?.abort()
    await turn()
    expect(runs[0]?.context.signal.aborted).toBe(true)
    expect(await Promise.all(calls)).toEqual(['left', 'left'])
  })

  test('that has fired already starts nothing', async () => {
    let runs = 0
    await expect(cache.getOrSet('key', () => ++runs, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow(
      'gone',
    )
    expect(runs).toBe(0)
  })

  test('leaves no listener behind', async () => {
    const { signal } = new AbortController()
    let listening = 0
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => {
        listening++
        add(...args)
      },
      removeEventListener: (...args: Parameters<typeof remove>) => {
        listening--
        remove(...args)
      },
    })
    for (let at = 0; at < 10; at++) await cache.getOrSet(`key ${at}`, () => at, { signal })
    expect(listening).toBe(0)
  })
})

describe('refreshAhead', () => {
  const options = { ttl: '10s', refreshAhead: 0.8, retryAfterError: '1s' } as const

  test('a hit past its share of the ttl is served, and one refresh begins', async () => {
    await cache.set('key', 'old', options)
    const { loader, runs } = heldLoader()
    clock.advanceMs(7_999)
    expect(await cache.getOrSet('key', loader, options)).toBe('old')
    expect(runs).toHaveLength(0)
    clock.advanceMs(1)
    for (let at = 0; at < 10; at++)
      expect(await cache.lookupOrSet('key', loader, options)).toMatchObject({ outcome: 'hit' })
    await turn()
    expect(runs).toHaveLength(1)
    runs[0]?.settle('new')
    await turn()
    expect(await cache.lookup('key')).toMatchObject({ value: 'new', ttlLeftMs: 10_000 })
  })

  test('is armed again after a refresh that failed', async () => {
    await cache.set('key', 'old', options)
    const { loader, runs } = heldLoader()
    clock.advanceMs(8_000)
    await cache.getOrSet('key', loader, options)
    await turn()
    runs[0]?.fail(new Error('down'))
    await turn()
    await cache.getOrSet('key', loader, options)
    await turn()
    expect(runs).toHaveLength(1)
    clock.advanceMs(1_000)
    await cache.getOrSet('key', loader, options)
    await turn()
    expect(runs).toHaveLength(2)
  })
})

describe('negativeTtl', () => {
  test.each([null, undefined])('%s is kept for it, and for no longer', async (nothing) => {
    let runs = 0
    const ask = () => cache.getOrSet('key', () => [nothing, ++runs][0], { negativeTtl: '5s' })
    expect([await ask(), await ask()]).toEqual([nothing, nothing])
    expect(runs).toBe(1)
    clock.advanceMs(5_000)
    await ask()
    expect(runs).toBe(2)
  })
})

describe('notModified', () => {
  test('keeps the stale value and renews its life', async () => {
    const options = { ttl: '1s', staleWhileRevalidate: '1h' } as const
    await cache.set('key', 'kept', options)
    clock.advanceMs(1_500)
    expect(await cache.getOrSet('key', ({ notModified }) => notModified(), options)).toBe('kept')
    await turn()
    expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', value: 'kept', ttlLeftMs: 1_000, ageMs: 0 })
  })

  test('without a stale value is a UsageError', async () => {
    await expect(cache.getOrSet('key', ({ notModified }) => notModified())).rejects.toThrow(UsageError)
  })
})

describe('a loader that would wait for itself fails instead of hanging', () => {
  test('directly', async () => {
    const own: () => Promise<unknown> = () => cache.getOrSet('key', own)
    await expect(own()).rejects.toThrow(/the loader of 'key' waits for itself/)
    expect(await cache.getOrSet('key', () => 'next')).toBe('next')
  })

  test('through another key', async () => {
    const one = (): Promise<unknown> => cache.getOrSet('one', two)
    const two = (): Promise<unknown> => cache.getOrSet('two', one)
    await expect(one()).rejects.toThrow(UsageError)
  })

  test('through the load another caller began', async () => {
    const gates = [heldLoader(), heldLoader()]
    const one = cache.getOrSet('one', async (context) => {
      await gates[0]?.loader(context)
      return cache.getOrSet('two', () => 'never')
    })
    const two = cache.getOrSet('two', async (context) => {
      await gates[1]?.loader(context)
      return cache.getOrSet('one', () => 'never')
    })
    await turn()
    for (const gate of gates) gate.runs[0]?.settle('go')
    const outcomes = await Promise.allSettled([one, two])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  test('while waiting for other keys is fine', async () => {
    expect(
      await cache.getOrSet(
        'sum',
        async () => (await cache.getOrSet<number>('a', () => 1)) + (await cache.getOrSet<number>('b', () => 2)),
      ),
    ).toBe(3)
  })
})

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

test('close tells loaders that never end to stop, and ends without them', async () => {
  const { loader, runs } = heldLoader()
  const loads: CacheEvents['load'][] = []
  cache.on('load', (event) => loads.push(event))
  void cache.getOrSet('key', loader).catch(() => 'never ends')
  await turn()
  const closing = cache.close()
  await pass(10_000)
  await closing
  expect(runs[0]?.context.signal.aborted).toBe(true)
  expect(clock.timerCount).toBe(0)
})
