/** Regression: what the far tier told of, a lease alone as well, voided this process's leases, whose own of the far tier were good: see 190. */
import type { Backend, Bus, BusListener, Cache, Lease, LeaseMode, NewEntry } from '@stowage/core'
import { createCache } from '@stowage/core'
import {
  createFakeClock,
  type FakeClock,
  type FaultyBackend,
  faultyBackend,
  ReferenceBackend,
} from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { beforeEach, describe, expect, test } from 'vitest'

const OPERATIONS = ['get', 'set', 'delete', 'lease', 'renew', 'release'] as const

/** Tells of each lease before it has answered, and of each renewal. */
class TellingBackend extends ReferenceBackend {
  tell: (key: string) => void = () => undefined

  override lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Lease | undefined {
    const lease = super.lease(key, mode, lengthMs, nowMs)
    this.tell(key)
    return lease
  }

  override renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): boolean {
    const isHeld = super.renew(lease, tags, lengthMs, nowMs)
    this.tell(lease.key)
    return isHeld
  }
}

let clock: FakeClock
let store: TellingBackend
let far: FaultyBackend
let listeners: Set<BusListener>
let backend: Backend
let cache: Cache
/** Of another process, of which no message comes. */
let other: Cache

function attach(write: 'through' | 'behind'): void {
  clock = createFakeClock()
  store = new TellingBackend({ holds: 'bytes' })
  far = faultyBackend(store, clock)
  listeners = new Set()
  store.tell = (key) => {
    for (const listener of listeners) listener({ origin: '', toldBy: 'far tier', change: { keys: [key] } })
  }
  const bus: Bus = {
    publish: () => undefined,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onGap: () => () => undefined,
    close: () => undefined,
  }
  const tiers = [memoryBackend({ maxEntries: 100 }), far]
  backend = hybridBackend({ tiers, bus, write, clock, onTier: () => undefined })
  cache = createCache({ backend, ttl: '1h', clock })
  other = createCache({ backend: store, ttl: '1h', clock })
}

async function turns(): Promise<void> {
  for (let at = 0; at < 20; at++) await new Promise(setImmediate)
}

/** A load that goes on until it is told its value. */
async function beginLoad() {
  const source = Promise.withResolvers<string>()
  const loaded = cache.getOrSet('key', () => source.promise)
  await turns()
  return async (value: string) => {
    source.resolve(value)
    expect(await loaded).toBe(value)
    await turns()
  }
}

describe.each(['through', 'behind'] as const)('written %s', (write) => {
  beforeEach(() => attach(write))

  test('steps on a key and loads go through, as their leases afar are good', async () => {
    expect([await cache.increment('count'), await cache.increment('count')]).toEqual([1, 2])
    expect(await cache.add('added', 1)).toBe(true)
    expect(await cache.take('added')).toBe(1)
    await (await beginLoad())('loaded')
    expect([await cache.get('key'), await other.get('key'), await other.get('count')]).toEqual(['loaded', 'loaded', 2])
  })

  test('a lease that is renewed during a long load is kept', async () => {
    const end = await beginLoad()
    for (let at = 0; at < 60; at++) {
      clock.advanceMs(1_000)
      await turns()
    }
    await end('loaded')
    expect(await other.get('key')).toBe('loaded')
  })

  test.each<[string, string | undefined, () => Promise<unknown>]>([
    ['replaced', 'newer', () => other.set('key', 'newer')],
    ['removed', undefined, () => other.delete('key')],
  ])('what was loaded before the key was %s by another is nowhere afterwards', async (_, now, change) => {
    const end = await beginLoad()
    await change()
    store.tell('key')
    await end('older')
    for (let at = 0; at < 2; at++) {
      expect([await cache.get('key'), await other.get('key')]).toEqual([now, now])
      await turns()
    }
  })

  test('nor is it kept near where the far tier cannot be asked any more', async () => {
    const end = await beginLoad()
    await other.delete('key')
    store.tell('key')
    for (const operation of OPERATIONS) far.inject(operation, { kind: 'throw', error: new Error('down') })
    await end('older')
    expect(cache.peek('key')).toBeUndefined()
    far.heal()
    clock.advanceMs(60_000)
    await turns()
    expect([await cache.get('key'), await other.get('key')]).toEqual([undefined, undefined])
  })

  test('one that is renewed while the far tier does not answer does not hold', async () => {
    const lease = await backend.lease('key', 'fence', 1_000, clock.nowMs())
    if (lease === undefined) throw new Error('no lease')
    expect(await backend.renew(lease, [], 1_000, clock.nowMs())).toBe(true)
    far.inject('renew', { kind: 'throw', error: new Error('down') })
    expect(await backend.renew(lease, [], 1_000, clock.nowMs())).toBe(false)
  })

  test('nothing goes from the far tier for a value that is to be near only and would not stay there', async () => {
    const nowMs = clock.nowMs()
    await other.set('key', 'kept')
    const lease = await backend.lease('key', 'fence', 1_000, nowMs)
    const times = { storedAtMs: nowMs, staleAtMs: nowMs + 1, errorOnlyAtMs: nowMs + 1, expireAtMs: nowMs + 1_000 }
    const facts = { ...times, tags: [], version: undefined, fingerprint: undefined, slidingMs: undefined }
    const encode = () => ({ format: '', body: '1', checksum: 0 })
    const entry: NewEntry = { facts, value: 1, maxBytes: 1_000, encode, placement: 'near' }
    expect(await backend.set('key', entry, nowMs, lease)).toBe('superseded')
    expect([cache.peek('key'), await other.get('key')]).toEqual([undefined, 'kept'])
  })

  test('what a holder of copies tells voids, as it may not have come to the far tier', async () => {
    const end = await beginLoad()
    for (const listener of listeners) listener({ origin: 'another', change: { keys: ['key'] } })
    await end('older')
    expect([await cache.get('key'), await other.get('key')]).toEqual([undefined, undefined])
  })
})
