/** What a load that fails or takes long does to its callers: fallbacks, timeouts, signals, back-off. */
import { type Cache, type CacheEvents, createCache, type Schema, TimeoutError } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { heldLoader, passTime, turn } from './held-loader.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m', clock })
})

const pass = (durationMs: number) => passTime(clock, durationMs)

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

  // A UsageError was taken for one about the wait itself, and thrown past the value kept for the case.
  test('a load that does not fit its schema has failed, too', async () => {
    const schema: Schema<string> = {
      '~standard': {
        validate: (value) => (typeof value === 'string' ? { value } : { issues: [{ message: 'no text' }] }),
      },
    }
    await cache.set('key', 'old', options)
    clock.advanceMs(1_000)
    expect(await cache.getOrSet('key', (): unknown => 1, { ...options, schema })).toBe('old')
    expect(cache.stats()).toMatchObject({ fallbacks: 1, loadFailures: 1 })
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

  test('has fired the loader’s, for a loader that looks at it only then', async () => {
    const { loader, runs } = heldLoader()
    const leaving = new AbortController()
    const left = cache.getOrSet('key', loader, { signal: leaving.signal }).catch(() => 'left')
    await turn()
    leaving.abort(new Error('client went away'))
    expect(await left).toBe('left')
    const signal = runs[0]?.context.signal
    expect(signal?.aborted).toBe(true)
    expect(signal?.reason).toMatchObject({ message: 'client went away' })
    expect(runs[0]?.context.signal).toBe(signal)
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
