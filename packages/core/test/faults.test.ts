/** A backend that fails in any way: reads and loads go on, deletions and invalidations throw, all is counted. */
import { BackendError, type CacheEvents, CodecError, createCache, type EntryTimes, TimeoutError } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { faultyCache } from './faulty-cache.ts'
import { turn } from './held-loader.ts'

const down = { kind: 'throw', error: new Error('disk on fire') } as const

let { clock, backend, cache } = faultyCache({ backendTimeout: 100 })
let faults: CacheEvents['fault'][]

beforeEach(() => {
  ;({ clock, backend, cache } = faultyCache({ backendTimeout: 100 }))
  faults = []
  cache.on('fault', (fault) => faults.push(fault))
})

/** Lets a hanging operation run into the timeout. */
async function afterTimeout<T>(call: Promise<T>): Promise<T> {
  call.catch(() => 'looked at by the caller of this')
  for (let turns = 0; turns < 5; turns++) {
    await turn()
    clock.advanceMs(100)
  }
  return call
}

test('a read that throws is a miss, reason fault', async () => {
  await cache.set('key', 1)
  backend.inject('get', down)
  expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'fault' })
  expect(await cache.get('key')).toBeUndefined()
  expect(cache.stats()).toMatchObject({ faults: 2, misses: { fault: 2 } })
  expect(faults[0]).toMatchObject({ operation: 'get', error: { code: 'STOWAGE_BACKEND', backend: 'reference' } })
  backend.heal()
  expect(await cache.get('key')).toBe(1)
})

test('a read that hangs is a miss after backendTimeout, and leaves no timer', async () => {
  await cache.set('key', 1)
  const timers = clock.timerCount
  backend.inject('get', { kind: 'hang' })
  expect(await afterTimeout(cache.get('key'))).toBeUndefined()
  expect(faults[0]?.error.cause).toBeInstanceOf(TimeoutError)
  expect(clock.timerCount).toBe(timers)
})

test('a late answer within the limit is an answer', async () => {
  await cache.set('key', 1)
  backend.inject('get', { kind: 'late', delayMs: 99 })
  const reading = cache.get('key')
  await turn()
  clock.advanceMs(99)
  expect(await reading).toBe(1)
})

test.each(['get', 'lease', 'set', 'release', 'renew'] as const)(
  'getOrSet serves its loader while %s fails',
  async (operation) => {
    backend.inject(operation, down)
    expect(await cache.getOrSet('key', () => 'loaded')).toBe('loaded')
  },
)

test.each(['get', 'lease', 'set', 'release'] as const)(
  'getOrSet serves its loader while %s hangs',
  async (operation) => {
    backend.inject(operation, { kind: 'hang' })
    expect(await afterTimeout(cache.getOrSet('key', () => 'loaded'))).toBe('loaded')
  },
)

test('a dead backend costs a load one timeout, not one for each step', async () => {
  for (const operation of ['get', 'lease', 'set', 'renew', 'release'] as const)
    backend.inject(operation, { kind: 'hang' })
  const loading = cache.getOrSet('key', () => 'loaded')
  await turn()
  clock.advanceMs(100)
  expect(await loading).toBe('loaded')
  expect([...backend.callCounts]).toEqual([['get', 1]])
})

test('a set that fails is refused with the reason', async () => {
  backend.inject('set', down)
  expect(await cache.set('key', 1)).toEqual({ outcome: 'refused', reason: 'fault' })
  backend.inject('set', { kind: 'refuse' })
  expect(await cache.set('key', 1)).toEqual({ outcome: 'refused', reason: 'admission' })
  expect(cache.stats().refused).toMatchObject({ fault: 1, admission: 1 })
})

test('deletions and invalidations that fail are thrown, never swallowed', async () => {
  backend.inject('delete', down)
  backend.inject('invalidate', down)
  await expect(cache.delete('key')).rejects.toThrow(BackendError)
  await expect(cache.invalidate({ tags: ['t'] })).rejects.toThrow('reference: invalidate failed: disk on fire')
  backend.inject('invalidate', { kind: 'hang' })
  await expect(afterTimeout(cache.invalidate({ all: true }))).rejects.toThrow(BackendError)
  expect(cache.stats()).toMatchObject({ deletes: 0, invalidations: 0 })
})

test("onFault 'throw': the owner hears of failing reads and sets too", async () => {
  const strict = createCache({ backend, ttl: '1h', onFault: 'throw', clock })
  backend.inject('get', down)
  backend.inject('set', down)
  await expect(strict.get('key')).rejects.toThrow(BackendError)
  await expect(strict.set('key', 1)).rejects.toThrow(BackendError)
  await expect(strict.getOrSet('key', () => 1)).rejects.toThrow(BackendError)
})

describe.each(['torn', 'corrupt'] as const)('%s bytes', (kind) => {
  test.each<[string, unknown]>([
    ['text', { some: 'value', n: 1 }],
    ['bytes', new Uint8Array([1, 2, 3, 4])],
  ])('of %s are a miss, counted, reported and removed', async (_, value) => {
    const removals: CacheEvents['removal'][] = []
    cache.on('removal', (removal) => removals.push(removal))
    if (kind === 'torn') backend.inject('set', { kind })
    await cache.set('key', value)
    backend.heal()
    if (kind === 'corrupt') backend.inject('get', { kind })
    expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'undecodable' })
    backend.heal()
    expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'absent' })
    expect(removals).toEqual([{ key: 'key', cause: 'undecodable' }])
    expect(cache.stats().removed.undecodable).toBe(1)
  })
})

test.each<[string, (times: EntryTimes) => Partial<EntryTimes>]>([
  ['stale before it was stored', ({ storedAtMs }) => ({ staleAtMs: storedAtMs - 1 })],
  ['a fallback before it is stale', ({ staleAtMs }) => ({ errorOnlyAtMs: staleAtMs - 1 })],
  ['gone before it was stored', ({ storedAtMs }) => ({ expireAtMs: storedAtMs - 1 })],
  ['stored at no time', () => ({ storedAtMs: Number.NaN })],
])('instants that cannot be are damage, though no checksum covers them: %s', async (_, damaged) => {
  class Rotten extends ReferenceBackend {
    override get(key: string, nowMs: number) {
      const found = super.get(key, nowMs)
      return typeof found === 'string' ? found : { ...found, facts: { ...found.facts, ...damaged(found.facts) } }
    }
  }
  const rotten = createCache({ backend: new Rotten(), ttl: '1h', staleWhileRevalidate: '1h', clock, version: 'v' })
  await rotten.set('key', 1)
  expect(await rotten.lookup('key')).toEqual({ outcome: 'miss', reason: 'undecodable' })
})

test('a value that cannot become bytes is the caller’s error, and nothing is stored', async () => {
  await expect(cache.set('key', { on: () => 1 })).rejects.toThrow(CodecError)
  await expect(cache.set('key', { on: () => 1 })).rejects.toThrow(/codec stowage: encode failed: \$\.on/)
  expect(await cache.has('key')).toBe(false)
})

test('a function that listens twice hears twice, and stops once for each', async () => {
  const heard: string[] = []
  const listener = ({ outcome }: CacheEvents['lookup']) => heard.push(outcome)
  const [stopOne, stopOther] = [cache.on('lookup', listener), cache.on('lookup', listener)]
  await cache.get('key')
  stopOne()
  stopOne()
  await cache.get('key')
  stopOther()
  await cache.get('key')
  expect(heard).toEqual(['miss', 'miss', 'miss'])
})

test('a listener that throws hurts nobody and is counted', async () => {
  cache.on('lookup', () => {
    throw new Error('bad listener')
  })
  await cache.set('key', 1)
  expect(await cache.get('key')).toBe(1)
  expect(cache.stats().faults).toBe(1)
  expect(faults).toMatchObject([{ operation: 'listener' }])
})

test('a sweep that fails is reported, and the next one comes', async () => {
  backend.inject('sweep', down)
  clock.advanceMs(60_000)
  await turn()
  expect(faults).toMatchObject([{ operation: 'sweep' }])
  backend.heal()
  clock.advanceMs(60_000)
  await turn()
  expect(backend.callCounts.get('sweep')).toBe(2)
})

test('the story of a cold and a warm getOrSet, event by event', async () => {
  const story: unknown[] = []
  for (const name of ['lookup', 'load', 'write', 'delete', 'invalidate'] as const) {
    cache.on(name, (event) => story.push([name, event]))
  }
  await cache.getOrSet('key', () => 1)
  await cache.getOrSet('key', () => 1)
  await cache.delete('key')
  await cache.invalidate({ tags: ['t'] })
  expect(story).toEqual([
    ['lookup', { key: 'key', outcome: 'miss', reason: 'absent' }],
    ['load', { key: 'key', background: false, loadMs: 0, outcome: 'loaded', error: undefined }],
    ['write', { key: 'key', outcome: 'stored' }],
    ['lookup', { key: 'key', outcome: 'hit', tier: 'reference' }],
    ['delete', { key: 'key', existed: true }],
    ['invalidate', { target: { tags: ['t'] } }],
  ])
})

test('errors are recognised by brand, also from another copy of the package', () => {
  const foreign = Object.assign(new Error('from another copy'), { code: 'STOWAGE_BACKEND' })
  Object.defineProperty(foreign, Symbol.for('stowage.error'), { value: true })
  expect(foreign).toBeInstanceOf(BackendError)
  expect(foreign).not.toBeInstanceOf(CodecError)
  expect(Object.assign(new Error('no brand'), { code: 'STOWAGE_BACKEND' })).not.toBeInstanceOf(BackendError)
})
