/** Loads that meet a far tier's death: where their fence is then, and that nothing comes back that was invalidated meanwhile. */
import { type Bus, type Cache, createCache } from '@stowage/core'
import {
  createFakeClock,
  type FakeClock,
  type FaultyBackend,
  faultyBackend,
  ReferenceBackend,
  TestBus,
} from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { beforeEach, expect, test } from 'vitest'

const OPERATIONS = ['get', 'set', 'delete', 'invalidate', 'lease', 'renew', 'release'] as const

let clock: FakeClock
let store: ReferenceBackend
let far: FaultyBackend
let cache: Cache

function attach(reaches: FaultyBackend | ReferenceBackend, bus?: Bus): Cache {
  const tiers = [memoryBackend({ maxEntries: 100 }), reaches]
  const told = bus === undefined ? {} : { bus }
  return createCache({ backend: hybridBackend({ tiers, ...told, clock, onTier: () => undefined }), ttl: '1h', clock })
}

async function turns(): Promise<void> {
  for (let at = 0; at < 10; at++) await new Promise(setImmediate)
}

function breakFar(): void {
  for (const operation of OPERATIONS) far.inject(operation, { kind: 'throw', error: new Error('down') })
}

/** A load that goes on until it is told its value. */
async function beginLoad(on: Cache) {
  const source = Promise.withResolvers<string>()
  const loaded = on.getOrSet('key', () => source.promise, { tags: ['t'] })
  await turns()
  return async (value: string) => {
    source.resolve(value)
    expect(await loaded).toBe(value)
    await turns()
  }
}

beforeEach(() => {
  clock = createFakeClock()
  store = new ReferenceBackend({ holds: 'bytes' })
  far = faultyBackend(store, clock)
  cache = attach(far)
})

const WAYS: readonly [string, (on: Cache) => Promise<unknown>][] = [
  ['delete', (on) => on.delete('key')],
  ['invalidation by tag', (on) => on.invalidate({ tags: ['t'] })],
  ['invalidation by prefix', (on) => on.invalidate({ prefix: 'k' })],
  ['clear', (on) => on.invalidate({ all: true })],
  ['write', (on) => on.set('key', 'newer')],
]

test.each(WAYS)('a load begun while the far tier lived does not outlive a %s after its death', async (name, act) => {
  const end = await beginLoad(cache)
  breakFar()
  await act(cache)
  await end('older')
  expect(await cache.get('key')).toBe(name === 'write' ? 'newer' : undefined)
})

test.each(WAYS)('nor a %s by another, of which it heard before', async (name, act) => {
  const line = new TestBus()
  const hearing = attach(far, line.attach())
  const end = await beginLoad(hearing)
  await act(attach(store, line.attach()))
  await line.settle()
  breakFar()
  await end('older')
  expect(await hearing.get('key')).toBeUndefined()
  far.heal()
  clock.advanceMs(60_000)
  await turns()
  expect(await hearing.get('key')).toBe(name === 'write' ? 'newer' : undefined)
})

test.each(WAYS)('a load begun after its death does not outlive a %s', async (name, act) => {
  breakFar()
  const end = await beginLoad(cache)
  await act(cache)
  await end('older')
  expect(await cache.get('key')).toBe(name === 'write' ? 'newer' : undefined)
})

test('without any of that the value is served near, whenever the load began', async () => {
  const end = await beginLoad(cache)
  breakFar()
  await end('before')
  expect(await cache.get('key')).toBe('before')
  await cache.delete('key')
  await (await beginLoad(cache))('after')
  expect(await cache.get('key')).toBe('after')
})

test('a load begun while the far tier was dead is not written there: others may have invalidated it', async () => {
  breakFar()
  const end = await beginLoad(cache)
  await attach(store).invalidate({ tags: ['t'] })
  far.heal()
  await end('older')
  expect(await attach(store).get('key')).toBeUndefined()
  expect(await cache.get('key')).toBeUndefined()
})

test('the exclusive lease is given to one in this process while the far tier is dead', async () => {
  breakFar()
  const tiers = [memoryBackend({ maxEntries: 9 }), far]
  const backend = hybridBackend({ tiers, clock, onTier: () => undefined })
  const take = async () => backend.lease('key', 'exclusive', 1_000, clock.nowMs())
  const first = await take()
  expect(first).toBeDefined()
  expect(await take()).toBeUndefined()
  if (first !== undefined) await backend.release(first)
  expect(await take()).toBeDefined()
  clock.advanceMs(1_000)
  expect(await take()).toBeDefined()
})

test('without the far tier, a clock set back frees a key of whoever had it to itself, and ends that', async () => {
  const backend = hybridBackend({ tiers: [memoryBackend({ maxEntries: 100 }), far], clock, onTier: () => undefined })
  const take = async (nowMs: number) => backend.lease('key', 'exclusive', 10_000, nowMs)
  const nowMs = clock.nowMs()
  breakFar()
  const first = await take(nowMs)
  expect(first).toBeDefined()
  expect(await take(nowMs)).toBeUndefined()
  const earlierMs = nowMs - 3_600_000
  expect(await take(earlierMs)).toBeDefined()
  expect(await take(earlierMs)).toBeUndefined()
  if (first !== undefined) expect(await backend.renew(first, [], 10_000, earlierMs)).toBe(false)
  await backend.close()
})
