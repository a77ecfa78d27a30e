/** What tiers do together: promotion, the order of writes, caps, and no copy that outlives its truth. */
import { type Backend, type Cache, ConfigError, createCache } from '@stowage/core'
import {
  createFakeClock,
  type FakeClock,
  type FaultyBackend,
  faultyBackend,
  ReferenceBackend,
} from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { beforeEach, expect, test } from 'vitest'

const turn = () => new Promise(setImmediate)

let clock: FakeClock
let store: ReferenceBackend
let far: FaultyBackend
let cache: Cache

/** A new process before the same store: its memory is empty. */
function restart(options: { maxTtl?: '10s' } = {}): Cache {
  const tiers = [memoryBackend({ maxEntries: 100 }), far]
  return createCache({ backend: hybridBackend({ tiers, tierOptions: [options] }), ttl: '1m', clock })
}

beforeEach(() => {
  clock = createFakeClock()
  store = new ReferenceBackend({ holds: 'bytes' })
  far = faultyBackend(store, clock)
  cache = restart()
})

test('a far hit is copied near with the same instants, and the next hit is near', async () => {
  await cache.set('key', { at: new Date(7) }, { tags: ['t'], staleWhileRevalidate: '1h' })
  const fresh = restart()
  clock.advanceMs(20_000)
  expect(await fresh.lookup('key')).toMatchObject({ outcome: 'hit', tier: 'reference', ageMs: 20_000 })
  await turn()
  const near = await fresh.lookup('key')
  expect(near).toEqual({
    outcome: 'hit',
    tier: 'memory',
    value: { at: new Date(7) },
    ageMs: 20_000,
    ttlLeftMs: 40_000,
    tags: ['t'],
  })
  expect(fresh.peek('key')).toEqual({ at: new Date(7) })
  const tiers: unknown[] = []
  const stop = fresh.on('lookup', (event) => tiers.push(event))
  await fresh.get('key')
  expect(tiers).toEqual([{ key: 'key', outcome: 'hit', tier: 'memory' }])
  stop()
  clock.advanceMs(30_000)
  expect(await fresh.lookup('key')).toMatchObject({ outcome: 'hit', tier: 'reference' })
  clock.advanceMs(10_000)
  await turn()
  expect(await fresh.lookup('key')).toMatchObject({ outcome: 'stale', tier: 'reference' })
})

test('a near hit asks the far tier nothing', async () => {
  await cache.set('key', 1)
  const calls = () => [...far.callCounts.values()].reduce((sum, count) => sum + count, 0)
  const before = calls()
  for (let at = 0; at < 10; at++) expect(await cache.get('key')).toBe(1)
  expect(calls()).toBe(before)
})

test('a copy stays no longer than its cap, and the entry lives on afar', async () => {
  const capped = restart({ maxTtl: '10s' })
  await capped.set('key', 1)
  clock.advanceMs(9_999)
  expect(await capped.lookup('key')).toMatchObject({ tier: 'memory', ttlLeftMs: 50_001 })
  clock.advanceMs(1)
  expect(await capped.lookup('key')).toMatchObject({ tier: 'reference', ttlLeftMs: 50_000 })
})

test('a copy has the instants of its entry, and is never kept longer, whatever its cap', async () => {
  const near = memoryBackend({ maxEntries: 9 })
  const backend = hybridBackend({ tiers: [near, far], tierOptions: [{ maxTtl: '10m' }], clock })
  const roomy = createCache({ backend, ttl: '1m', staleWhileRevalidate: '1m', clock })
  const facts = (of: Backend) => {
    const found = of.get('key', clock.nowMs())
    return typeof found === 'object' && 'facts' in found ? found.facts : found
  }
  await roomy.set('key', 1)
  expect(facts(near)).toEqual(facts(store))
  await near.delete('key', 0, undefined)
  clock.advanceMs(59_000)
  await roomy.get('key')
  await turn()
  expect(facts(near)).toEqual(facts(store))
  clock.advanceMs(61_000)
  expect(facts(near)).toBe('expired')
})

test('a value that was deleted while it was read from afar is not copied near', async () => {
  await cache.set('key', 'old')
  const reader = restart()
  far.inject('get', { kind: 'late', delayMs: 50 })
  const reading = reader.get('key')
  await turn()
  await reader.delete('key')
  far.heal()
  clock.advanceMs(50)
  expect(await reading).toBe('old')
  await turn()
  expect(await reader.get('key')).toBeUndefined()
})

test('two writes that overtake each other leave no older copy near', async () => {
  far.inject('set', { kind: 'late', delayMs: 50 })
  const first = cache.set('key', 'first')
  await turn()
  far.heal()
  await cache.set('key', 'second')
  clock.advanceMs(50)
  await first
  expect(await cache.get('key')).toBe('second')
})

test('bytes that rot afar are never copied near', async () => {
  await cache.set('key', 1)
  const reader = restart()
  far.inject('get', { kind: 'corrupt' })
  expect(await reader.lookup('key')).toEqual({ outcome: 'miss', reason: 'undecodable' })
  expect(reader.peek('key')).toBeUndefined()
})

test('what the far tier evicts is dropped near', async () => {
  const small = new ReferenceBackend({ holds: 'bytes', maxEntries: 1 })
  const own = createCache({
    backend: hybridBackend({ tiers: [memoryBackend({ maxEntries: 9 }), small] }),
    ttl: '1m',
    clock,
  })
  await own.set('a', 1)
  await own.set('b', 2)
  expect([await own.get('a'), await own.get('b')]).toEqual([undefined, 2])
})

test('closing closes every tier', async () => {
  await cache.set('key', 1)
  await cache.close()
  expect(() => store.get('key', 0)).toThrow(/closed/)
})

test.each<[string, unknown, RegExp]>([
  ['one tier', { tiers: [new ReferenceBackend()] }, /two or more backends/],
  ['no list', { tiers: new ReferenceBackend() }, /^tiers: an object is not allowed; allowed: two or more backends/],
  ['a tier twice', { tiers: Array(2).fill(new ReferenceBackend()) }, /given twice/],
  [
    'a cap on the last tier',
    { tiers: [new ReferenceBackend(), new ReferenceBackend()], tierOptions: [{}, { maxTtl: 1 }] },
    /last tier/,
  ],
  [
    'an unknown tier option',
    { tiers: [new ReferenceBackend(), new ReferenceBackend()], tierOptions: [{ ttl: 1 }] },
    /'ttl'; allowed: maxTtl/,
  ],
])('%s is a ConfigError', (_, options, message) => {
  expect(() => hybridBackend(options as never)).toThrow(ConfigError)
  expect(() => hybridBackend(options as never)).toThrow(message)
})

test('what a larger near tier would bring is told by the near tier', async () => {
  const near = memoryBackend({ maxEntries: 100, missRatioCurve: true })
  const told = createCache({ backend: hybridBackend({ tiers: [near, far] }), ttl: '1m', clock })
  await told.get('key')
  expect(told.stats().missRatioCurve?.map(({ hitRatio }) => hitRatio)).toEqual([0, 0, 0, 0, 0, 0])
  expect(cache.stats().missRatioCurve).toBeUndefined()
})
