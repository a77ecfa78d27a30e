/** A backend that keeps failing is left alone; what should be gone is not served until it is. */
import { BackendError, type Cache, type CacheEvents, createCache, type Target } from '@stowage/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { faultyCache } from './faulty-cache.ts'
import { turn } from './held-loader.ts'

const down = { kind: 'throw', error: new Error('down') } as const

let { clock, backend, cache } = faultyCache()

beforeEach(() => {
  ;({ clock, backend, cache } = faultyCache())
})

async function read(times: number): Promise<void> {
  for (let at = 0; at < times; at++) await cache.get('key')
}

describe('the breaker', () => {
  test('opens after five failures in a row, tries once after a pause, and closes by itself', async () => {
    const states: CacheEvents['breaker'][] = []
    cache.on('breaker', (state) => states.push(state))
    await cache.set('key', 1)
    backend.inject('get', down)
    await read(20)
    expect(backend.callCounts.get('get')).toBe(5)
    expect(cache.stats()).toMatchObject({ breakerOpenings: 1, faults: 5, misses: { fault: 20 } })
    clock.advanceMs(1_000)
    await read(20)
    expect(backend.callCounts.get('get')).toBe(6)
    clock.advanceMs(1_999)
    await read(1)
    expect(backend.callCounts.get('get')).toBe(6)
    backend.heal()
    clock.advanceMs(1)
    expect([await cache.get('key'), await cache.get('key')]).toEqual([1, 1])
    expect(states).toEqual([{ state: 'open' }, { state: 'closed' }])
  })

  // Making a walk's iterator counted as a success: it asks the backend nothing.
  test('is opened by walks that fail at their first step, and not closed by beginning one', async () => {
    const states: CacheEvents['breaker'][] = []
    cache.on('breaker', (state) => states.push(state))
    const walk = () => cache.entries()[Symbol.asyncIterator]().next()
    backend.inject('scan', down)
    for (let at = 0; at < 5; at++) await expect(walk()).rejects.toThrow(BackendError)
    clock.advanceMs(1_000)
    await expect(walk()).rejects.toThrow(BackendError)
    expect(states).toEqual([{ state: 'open' }])
  })

  test('is not opened by failures with successes in between', async () => {
    await cache.set('key', 1)
    for (let at = 0; at < 20; at++) {
      backend.inject('get', down)
      await read(4)
      backend.heal()
      expect(await cache.get('key')).toBe(1)
    }
    expect(cache.stats().breakerOpenings).toBe(0)
  })

  test('keeps loads going, without waiting for the backend', async () => {
    for (const operation of ['get', 'lease', 'set'] as const) backend.inject(operation, { kind: 'hang' })
    for (let at = 0; at < 5; at++) {
      const loading = cache.getOrSet('key', () => at)
      await turn()
      clock.advanceMs(2_000)
      expect(await loading).toBe(at)
    }
    expect(await cache.getOrSet('key', () => 'at once')).toBe('at once')
  })

  test('says so where the owner asked for throws', async () => {
    const strict = createCache({ backend, ttl: '1h', onFault: 'throw', clock })
    backend.inject('get', down)
    for (let at = 0; at < 5; at++) await expect(strict.get('key')).rejects.toThrow('down')
    await expect(strict.get('key')).rejects.toThrow(/left alone for a while/)
  })
})

describe('an invalidation that failed', () => {
  const targets: [string, (on: Cache) => Promise<unknown>][] = [
    ['delete', (on) => on.delete('key')],
    ...([{ tags: ['t'] }, { prefix: 'k' }, { pattern: '?ey' }, { all: true }] as const satisfies Target[]).map(
      (target): [string, (on: Cache) => Promise<unknown>] => [JSON.stringify(target), (on) => on.invalidate(target)],
    ),
  ]
  test.each(targets)('%s: nothing it covers is served until it is done, the rest is', async (_, act) => {
    await cache.set('key', 'old', { tags: ['t'] })
    await cache.set('other', 'kept')
    for (const operation of ['delete', 'invalidate'] as const) backend.inject(operation, down)
    await expect(act(cache)).rejects.toThrow(BackendError)
    expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'invalidated' })
    expect([
      cache.peek('key'),
      await cache.take('key'),
      await cache.getOrSet('key', ({ skip }) => skip('new')),
    ]).toEqual([undefined, undefined, 'new'])
    if (!_.includes('all')) expect(await cache.get('other')).toBe('kept')
    clock.advanceMs(100)
    await turn()
    backend.heal()
    expect(await cache.get('key')).toBeUndefined()
    clock.advanceMs(200)
    await turn()
    const other = createCache({ backend, ttl: '1h', clock })
    expect(await other.get('key')).toBeUndefined()
    await cache.set('key', 'newer')
    expect(await cache.get('key')).toBe('newer')
  })

  test('is tried a last time by close, and leaves no timer', async () => {
    await cache.set('key', 'old')
    const other = createCache({ backend, ttl: '1h', clock })
    backend.inject('delete', down)
    await expect(cache.delete('key')).rejects.toThrow('down')
    backend.heal()
    await cache.close()
    expect(await other.get('key')).toBeUndefined()
    await other.close()
    expect(clock.timerCount).toBe(0)
  })

  test('thousands of them stay bounded, and cover everything in the end', async () => {
    await cache.set('key', 'old')
    await cache.set('innocent', 'kept')
    backend.inject('delete', down)
    for (let at = 0; at < 1_001; at++) await expect(cache.delete(at === 0 ? 'key' : `key ${at}`)).rejects.toThrow()
    expect(await cache.get('key')).toBeUndefined()
    expect(await cache.get('innocent')).toBeUndefined()
  })
})
