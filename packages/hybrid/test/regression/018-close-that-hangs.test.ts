// A far tier or a bus whose close hung held up the closing of all behind it for ever; a bus that hung was told ever more.
import { type Bus, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test, vi } from 'vitest'

const hanging = () => new Promise<void>(() => undefined)
function setUp() {
  const clock = createFakeClock()
  const store = new ReferenceBackend({ holds: 'bytes' })
  const [near, far] = [memoryBackend({ maxEntries: 9 }), faultyBackend(store, clock)]
  const bus: Bus = {
    publish: () => undefined,
    subscribe: () => () => undefined,
    onGap: () => () => undefined,
    close: () => undefined,
  }
  return { clock, store, near, far, bus }
}

async function pass(clock: FakeClock, forMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < forMs; passedMs += 100) {
    for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate)
    clock.advanceMs(100)
  }
  await new Promise(setImmediate)
}

test('what is queued is written down, then all are closed, however long the far tier takes', async () => {
  const { clock, store, near, far, bus } = setUp()
  const closes = [vi.spyOn(near, 'close'), vi.spyOn(bus, 'close')]
  const backend = hybridBackend({ tiers: [near, far], write: 'behind', bus, clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock, backendTimeout: '1m' })
  await cache.set('key', 'value')
  far.inject('close', { kind: 'hang' })
  const closing = expect(cache.close()).rejects.toThrow(/10000 ms/)
  await pass(clock, 11_000)
  for (const close of closes) expect(close).toHaveBeenCalledOnce()
  await closing
  expect(await createCache({ backend: store, ttl: '1h', clock }).get('key')).toBe('value')
})

test('a far tier that hangs altogether, and one that is left alone, are closed and hold up nobody', async () => {
  const { clock, near, far, bus } = setUp()
  const closes = [vi.spyOn(near, 'close'), vi.spyOn(bus, 'close')]
  const backend = hybridBackend({ tiers: [near, far], write: 'behind', bus, clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock, backendTimeout: '1m' })
  for (const operation of ['get', 'lease', 'set', 'delete', 'close'] as const) far.inject(operation, { kind: 'hang' })
  for (let at = 0; at < 20; at++) await cache.set(`key ${at}`, at)
  const closing = expect(cache.close()).rejects.toThrow()
  await pass(clock, 20_000)
  for (const close of closes) expect(close).toHaveBeenCalledOnce()
  expect(far.callCounts.get('close')).toBe(1)
  await closing
})

test('a bus that hangs is told a bounded number of things, and does not hold up the end', async () => {
  const { clock, near, far, bus } = setUp()
  const published: unknown[] = []
  bus.publish = (message) => {
    published.push(message.change)
    return hanging()
  }
  bus.close = hanging
  const backend = hybridBackend({ tiers: [near, far], bus, clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock, backendTimeout: '1m' })
  await cache.set('first', 1)
  await pass(clock, 1_500)
  for (let at = 0; at < 3_000; at++) await cache.delete(`key ${at}`)
  expect(published.length).toBeLessThan(1_100)
  bus.publish = (message) => {
    published.push(message.change)
  }
  await pass(clock, 7_000)
  expect(published).toContainEqual({ all: true })
  const closing = expect(cache.close()).rejects.toThrow(/1000 ms/)
  await pass(clock, 2_000)
  await closing
})
