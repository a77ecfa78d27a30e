/** Tiers that fail: they are left out, what should be gone from them is served to nobody, and they come back by themselves. */
import { BackendError, type Cache, createCache } from '@stowage/core'
import {
  createFakeClock,
  type FakeClock,
  type FaultyBackend,
  faultyBackend,
  ReferenceBackend,
} from '@stowage/core/testing'
import { hybridBackend, type TierEvent } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { beforeEach, expect, test } from 'vitest'

const turn = () => new Promise(setImmediate)
const down = { kind: 'throw', error: new Error('down') } as const
const OPERATIONS = ['get', 'set', 'delete', 'invalidate', 'lease', 'renew', 'release'] as const

let clock: FakeClock
let store: ReferenceBackend
let far: FaultyBackend
let cache: Cache
let events: string[]

/** A process of its own before the same store; `reaches` it by what is given. */
function attach(reaches: FaultyBackend | ReferenceBackend): Cache {
  const onTier = ({ tier, state }: TierEvent) => events.push(`${tier} ${state}`)
  const backend = hybridBackend({ tiers: [memoryBackend({ maxEntries: 2_000 }), reaches], clock, onTier })
  return createCache({ backend, ttl: '1h', clock })
}

function breakFar(fault: Parameters<FaultyBackend['inject']>[1] = down): void {
  for (const operation of OPERATIONS) far.inject(operation, fault)
}

/** The far tier answers again, and all pauses are over. */
async function healFar(): Promise<void> {
  far.heal()
  for (let at = 0; at < 8; at++) {
    clock.advanceMs(6_000)
    for (let turns = 0; turns < 10; turns++) await turn()
  }
}

beforeEach(() => {
  clock = createFakeClock()
  store = new ReferenceBackend({ holds: 'bytes' })
  far = faultyBackend(store, clock)
  events = []
  cache = attach(far)
})

test('while the far tier is down near tiers and loaders serve, with one report', async () => {
  await cache.set('old', 1)
  breakFar()
  for (let at = 0; at < 20; at++) {
    expect(await cache.get('old')).toBe(1)
    expect(await cache.getOrSet(`new ${at}`, () => at)).toBe(at)
    expect(await cache.get(`new ${at}`)).toBe(at)
    expect(await cache.set(`set ${at}`, at)).toEqual({ outcome: 'stored' })
    expect(await cache.get(`set ${at}`)).toBe(at)
  }
  expect(cache.stats().faults).toBe(0)
  expect(events).toEqual(['reference down'])
  await healFar()
  expect(events).toEqual(['reference down', 'reference up'])
  await cache.set('again', 2)
  expect(await attach(store).get('again')).toBe(2)
})

test('a far tier that hangs is asked by a few calls only', async () => {
  far.inject('get', { kind: 'hang' })
  for (let at = 0; at < 5; at++) {
    const asked = cache.get(`key ${at}`)
    for (let turns = 0; turns < 5; turns++) await turn()
    clock.advanceMs(1_000)
    expect(await asked).toBeUndefined()
  }
  const asked = far.callCounts.get('get')
  for (let at = 0; at < 100; at++) expect(await cache.get(`more ${at}`)).toBeUndefined()
  expect(far.callCounts.get('get')).toBe(asked)
  far.heal()
  clock.advanceMs(1_000)
  await cache.get('trial')
  expect(far.callCounts.get('get')).toBe((asked ?? 0) + 1)
  expect(events).toEqual(['reference down', 'reference up'])
})

test.each<[string, (on: Cache) => Promise<unknown>]>([
  ['delete', (on) => on.delete('key')],
  ['invalidate by tag', (on) => on.invalidate({ tags: ['t'] })],
  ['invalidate by prefix', (on) => on.invalidate({ prefix: 'k' })],
  ['invalidate by pattern', (on) => on.invalidate({ pattern: 'k*' })],
  ['clear', (on) => on.invalidate({ all: true })],
  ['set', (on) => on.set('key', 'new')],
])('what a failed %s is about is never served as it was, and gone afar in the end', async (name, act) => {
  await cache.set('key', 'old', { tags: ['t'] })
  await cache.set('other', 'kept')
  for (const operation of ['set', 'delete', 'invalidate'] as const) far.inject(operation, down)
  await act(cache)
  const expected = name === 'set' ? 'new' : undefined
  expect(await cache.get('key')).toBe(expected)
  // The far tier still has it, and is asked: it can be read.
  expect(await attach(store).get('key')).toBe('old')
  const seen: unknown[] = []
  const step = cache.update('key', (old) => seen.push(old))
  await expect(step).rejects.toThrow(BackendError)
  expect(seen).toEqual([undefined])
  await expect(cache.add('key', 'first')).rejects.toThrow(BackendError)
  await healFar()
  expect(await attach(store).get('key')).not.toBe('old')
  expect(await attach(store).get('other')).toBe(name === 'clear' ? undefined : 'kept')
})

test('what others wrote since then is not taken away', async () => {
  await cache.set('key', 'old')
  breakFar()
  await cache.delete('key')
  await cache.set('written', 'here')
  clock.advanceMs(5)
  const other = attach(store)
  await other.set('key', 'newer')
  await other.set('written', 'there')
  await healFar()
  expect(await other.get('key')).toBe('newer')
  expect(await cache.get('key')).toBe('newer')
  clock.advanceMs(30_000)
  expect(await cache.get('written')).toBe('there')
})

test('a load that another process began before a deletion that failed is not stored by it later', async () => {
  const other = attach(store)
  const loading = Promise.withResolvers<string>()
  const loaded = other.getOrSet('key', () => loading.promise)
  for (let turns = 0; turns < 5; turns++) await turn()
  breakFar()
  await cache.delete('key')
  await healFar()
  loading.resolve('old')
  expect(await loaded).toBe('old')
  for (let turns = 0; turns < 5; turns++) await turn()
  expect(await attach(store).get('key')).toBeUndefined()
})

test('more failures than the queue holds empty the far tier, and nothing of it is served before', async () => {
  await cache.set('far only', 1)
  const fresh = attach(far)
  far.inject('delete', down)
  far.inject('set', down)
  for (let at = 0; at < 1_001; at++) await fresh.delete(`key ${at}`)
  expect(await fresh.get('far only')).toBeUndefined()
  expect(await attach(store).get('far only')).toBe(1)
  await healFar()
  expect(await attach(store).get('far only')).toBeUndefined()
  expect(events).toEqual(['reference down', 'reference up'])
})

test('a disk that takes no writes: near only, one report, and back by itself', async () => {
  const full = { kind: 'reject', error: new Error('database or disk is full') } as const
  for (const operation of ['set', 'delete', 'invalidate'] as const) far.inject(operation, full)
  for (let at = 0; at < 30; at++) {
    await cache.set('key', at)
    expect(await cache.get('key')).toBe(at)
    clock.advanceMs(500)
    await turn()
  }
  expect(events).toEqual(['reference down'])
  await healFar()
  await cache.set('key', 'kept')
  expect(await attach(store).get('key')).toBe('kept')
  expect(events).toEqual(['reference down', 'reference up'])
})

test('closing tries a last time, and says what it had to leave', async () => {
  await cache.set('key', 'old')
  far.inject('delete', down)
  await cache.delete('key')
  far.heal()
  await cache.close()
  breakFar()
  const other = attach(far)
  await other.delete('key')
  await expect(other.close()).rejects.toThrow(/1 deletions, invalidations or writes were not carried out/)
  expect(clock.timerCount).toBe(0)
})

test('a near tier that fails to forget serves nothing of what it should have forgotten', async () => {
  const near = faultyBackend(memoryBackend({ maxEntries: 9 }), clock)
  const onTier = ({ tier, state }: TierEvent) => events.push(`${tier} ${state}`)
  const own = createCache({ backend: hybridBackend({ tiers: [near, far], clock, onTier }), ttl: '1h', clock })
  await own.set('key', 'old', { tags: ['t'] })
  for (const operation of ['delete', 'invalidate', 'set'] as const) near.inject(operation, down)
  await own.invalidate({ tags: ['t'] })
  expect(own.peek('key')).toBeUndefined()
  expect(await own.get('key')).toBeUndefined()
  await own.set('key', 'new')
  expect(await own.get('key')).toBe('new')
  await healFar()
  near.heal()
  await healFar()
  expect(await own.get('key')).toBe('new')
  await turn()
  expect(own.peek('key')).toBe('new')
  expect(events).toEqual(['memory down', 'memory up'])
})

test('where no tier answers, the caller hears of it', async () => {
  const near = faultyBackend(new ReferenceBackend(), clock)
  const own = createCache({
    backend: hybridBackend({ tiers: [near, far], clock, onTier: () => undefined }),
    ttl: '1h',
    clock,
    onFault: 'throw',
  })
  near.inject('get', down)
  breakFar()
  await expect(own.get('key')).rejects.toThrow(BackendError)
})
