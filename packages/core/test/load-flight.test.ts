/** What a load does with what it finds when its turn has come: another's value, a newer stale one, no lease. */
import { BackendError, createCache } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { faultyCache } from './faulty-cache.ts'
import { heldLoader, turn } from './held-loader.ts'

const slowly = { kind: 'late', delayMs: 10 } as const
/** The cache's own, where nothing is said. */
const BACKEND_TIMEOUT_MS = 2_000
const down = { kind: 'throw', error: new Error('down') } as const

let { clock, backend, cache } = faultyCache()

beforeEach(() => {
  ;({ clock, backend, cache } = faultyCache())
})

/** Moves time until the other process's lease has run out, and what waited for it has gone on. */
async function pass(durationMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += 10) {
    await turn()
    clock.advanceMs(10)
  }
  await turn()
}

test('a refresh behind is shown the newest stale value, and loads all the same', async () => {
  const windows = { ttl: 5, staleWhileRevalidate: '1h' } as const
  await cache.set('key', 'old', windows)
  clock.advanceMs(5)
  backend.inject('get', slowly)
  const seen: unknown[] = []
  const asked = cache.getOrSet('key', ({ stale }) => seen.push(stale?.value), windows)
  await turn()
  backend.heal()
  await cache.set('key', 'newer', windows)
  clock.advanceMs(10)
  expect(await asked).toBe('old')
  await turn()
  expect([seen, await cache.get('key')]).toEqual([['newer'], 1])
})

test('who has waited for another process’s lease looks before it loads', async () => {
  await backend.lease('key', 'exclusive', 10_000, clock.nowMs())
  const waiting = cache.getOrSet('key', () => 'mine', { singleFlight: 'shared' })
  await turn()
  backend.inject('get', slowly)
  clock.advanceMs(2)
  await turn()
  await cache.set('key', 'theirs')
  backend.heal()
  clock.advanceMs(10)
  expect(await waiting).toBe('theirs')
})

test('a caller overtaken by another’s load is answered also where no lease is to be had', async () => {
  backend.inject('get', slowly)
  const overtaken = cache.getOrSet('key', () => 'never')
  await turn()
  backend.heal()
  await cache.getOrSet('key', () => 'loaded', { fresh: true })
  backend.inject('lease', down)
  clock.advanceMs(10)
  expect(await overtaken).toBe('loaded')
})

test('who must have a fresh value waits for another process’s load, and loads after it', async () => {
  await backend.lease('key', 'exclusive', 100, clock.nowMs())
  const fresh = cache.getOrSet('key', () => 'mine', { fresh: true, singleFlight: 'shared' })
  await pass(20)
  await createCache({ backend, ttl: '1h', clock }).set('key', 'theirs')
  await pass(200)
  expect([await fresh, await cache.get('key')]).toEqual(['mine', 'mine'])
})

test('callers whose reads were all overtaken by one load share one look for its value', async () => {
  backend.inject('get', slowly)
  const overtaken = [cache.getOrSet('key', () => 'never')]
  await turn()
  overtaken.push(cache.getOrSet('key', () => 'never'))
  await turn()
  backend.heal()
  await cache.getOrSet('key', () => 'loaded', { fresh: true })
  clock.advanceMs(10)
  expect(await Promise.all(overtaken)).toEqual(['loaded', 'loaded'])
  expect(backend.callCounts.get('lease')).toBe(2)
})

test('loads that are not shared do not wait for another process', async () => {
  await backend.lease('key', 'exclusive', 10_000, clock.nowMs())
  expect(await cache.getOrSet('key', () => 'mine')).toBe('mine')
})

test('no loader runs for a caller who left before it was its turn', async () => {
  backend.inject('lease', slowly)
  const leaving = new AbortController()
  let runs = 0
  const left = cache.getOrSet('key', () => ++runs, { signal: leaving.signal }).catch(() => 'left')
  await turn()
  leaving.abort()
  expect(await left).toBe('left')
  clock.advanceMs(10)
  await turn()
  expect(runs).toBe(0)
})

test('without a lease, too, one run answers all who asked before it began', async () => {
  backend.inject('lease', { kind: 'hang' })
  const { loader, runs } = heldLoader()
  const first = cache.getOrSet('key', loader)
  await turn()
  const second = cache.getOrSet('key', loader)
  await turn()
  clock.advanceMs(BACKEND_TIMEOUT_MS)
  await turn()
  runs[0]?.settle('value')
  expect([await first, await second, runs.length]).toEqual(['value', 'value', 1])
})

test('a value that could not be stored fails its callers where the owner wants to hear of faults', async () => {
  const strict = createCache({ backend, ttl: '1h', onFault: 'throw', clock })
  backend.inject('set', down)
  await expect(strict.getOrSet('key', () => 'loaded')).rejects.toThrow(BackendError)
})

test('where there is no room for a fence, the load goes on and is not stored', async () => {
  class NoRoom extends ReferenceBackend {
    override lease(): undefined {
      return undefined
    }
  }
  const crowded = createCache({ backend: new NoRoom(), ttl: '1h', clock })
  const loading = crowded.getOrSet('key', () => 'loaded')
  await turn()
  expect(await Promise.race([loading, Promise.resolve('waits')])).toBe('loaded')
  expect(await crowded.get('key')).toBeUndefined()
})

test('a renewal that is answered after the load was abandoned is the last one', async () => {
  const leaving = new AbortController()
  const options = { signal: leaving.signal, singleFlight: 'shared' } as const
  const left = cache.getOrSet('key', heldLoader().loader, options).catch(() => 'left')
  await turn()
  backend.inject('renew', slowly)
  clock.advanceMs(3_500)
  await turn()
  expect(backend.callCounts.get('renew')).toBe(1)
  leaving.abort()
  expect(await left).toBe('left')
  await pass(8_000)
  expect(backend.callCounts.get('renew')).toBe(1)
})

test('the others of a bulk load do not wait for a key that another process is loading', async () => {
  const theirs = await backend.lease('held', 'exclusive', 10_000, clock.nowMs())
  const asked: (readonly string[])[] = []
  const loader = (keys: readonly string[]) => {
    asked.push(keys)
    return new Map(keys.map((key) => [key, `my ${key}`]))
  }
  const loading = cache.getOrSetMany(['held', 'free'], loader, { singleFlight: 'shared' })
  await pass(20)
  expect(asked).toEqual([['free']])
  if (theirs !== undefined) await backend.release(theirs)
  await pass(100)
  expect(Object.fromEntries(await loading)).toEqual({ held: 'my held', free: 'my free' })
})

test('who asks while a load looks again, and finds nothing, may take what it brings', async () => {
  const options = { ttl: 1, staleIfError: '1h' } as const
  await cache.set('key', 'old', options)
  clock.advanceMs(1)
  backend.inject('lease', slowly)
  const { loader, runs } = heldLoader()
  const first = cache.getOrSet('key', loader, options)
  await turn()
  await backend.delete('key', clock.nowMs(), undefined)
  backend.inject('get', slowly)
  clock.advanceMs(10)
  await turn()
  backend.heal()
  const second = cache.getOrSet('key', loader, options)
  await turn()
  clock.advanceMs(10)
  await turn()
  runs[0]?.settle('loaded')
  await turn()
  expect(runs).toHaveLength(1)
  expect(await Promise.all([first, second])).toEqual(['loaded', 'loaded'])
})
