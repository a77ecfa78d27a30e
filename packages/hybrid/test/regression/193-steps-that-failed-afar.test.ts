/**
 * Regression: `update`, `add` and `increment` were answered as done where the far tier failed to write what they had made of its value: it was
 * near only, and another process gave out the same number, or the same lock, again.
 */
import { BackendError, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { afterEach, beforeEach, expect, test } from 'vitest'

const down = { kind: 'reject', error: new Error('down') } as const

async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await new Promise(setImmediate)
}

/** Two processes before one store; the first reaches it by `far`. */
function setUp(write: 'through' | 'behind') {
  const clock = createFakeClock()
  const store = new ReferenceBackend({ holds: 'bytes' })
  const far = faultyBackend(store, clock)
  const attach = (reached: ReferenceBackend | typeof far) => {
    const tiers = [memoryBackend({ maxEntries: 9 }), reached]
    return createCache({ backend: hybridBackend({ tiers, write, clock, onTier: () => undefined }), ttl: '1h', clock })
  }
  return { clock, far, store, own: attach(far), other: attach(store) }
}

let processes: ReturnType<typeof setUp>

beforeEach(() => {
  processes = setUp('through')
})

afterEach(async () => {
  processes.far.heal()
  processes.clock.advanceMs(60_000)
  await turns(10)
  await processes.own.close()
  await processes.other.close()
})

test.each(['through', 'behind'] as const)('written %s, no number and no lock is given out twice', async (write) => {
  processes = setUp(write)
  const { far, own, other } = processes
  expect(await other.increment('n')).toBe(1)
  far.inject('set', down)
  await expect(own.increment('n')).rejects.toThrow(BackendError)
  await expect(own.update<number>('n', (old) => (old ?? 0) + 1)).rejects.toThrow(BackendError)
  await expect(own.add('lock', 'own')).rejects.toThrow(BackendError)
  expect(own.peek('n')).toBeUndefined()
  expect(await other.increment('n')).toBe(2)
  expect(await other.add('lock', 'other')).toBe(true)
})

test('written behind, a step is answered when it is afar', async () => {
  processes = setUp('behind')
  const { own, other } = processes
  expect([await own.increment('n'), await other.increment('n'), await own.increment('n')]).toEqual([1, 2, 3])
  expect([await own.add('lock', 'own'), await other.add('lock', 'other')]).toEqual([true, false])
})

test('what other processes hold near goes where it is not known whether the step was done', async () => {
  const { clock, store, other } = processes
  const bus = new TestBus()
  const near = () => memoryBackend({ maxEntries: 9 })
  const told = createCache({
    backend: hybridBackend({ tiers: [near(), store], bus: bus.attach(), clock }),
    ttl: '1h',
    clock,
  })
  const deaf = Object.assign(faultyBackend(store, clock), {
    set: (...given: Parameters<typeof store.set>) => {
      store.set(...given)
      return Promise.reject(new Error('the answer was lost'))
    },
  })
  const backend = hybridBackend({ tiers: [near(), deaf], bus: bus.attach(), clock, onTier: () => undefined })
  const asking = createCache({ backend, ttl: '1h', clock })
  await other.set('n', 1)
  for (const cache of [told, asking]) expect(await cache.get('n')).toBe(1)
  await expect(asking.increment('n')).rejects.toThrow(BackendError)
  await turns(3)
  for (const cache of [told, asking]) expect(await cache.get('n')).toBe(2)
  await told.close()
  await asking.close()
})

test('where the far tier has not given its lease, what it holds stays', async () => {
  const { far, own, other } = processes
  await other.increment('n', 7)
  far.inject('lease', down)
  await expect(own.increment('n')).rejects.toThrow(BackendError)
  expect(await other.increment('n')).toBe(8)
})

test('a load that began before a step of which nobody can tell whether it was done is not kept', async () => {
  const { far, own } = processes
  const loading = Promise.withResolvers<number>()
  const loaded = own.getOrSet('n', () => loading.promise)
  await turns(5)
  far.inject('set', down)
  await expect(own.update('n', () => 2)).rejects.toThrow(BackendError)
  loading.resolve(1)
  expect(await loaded).toBe(1)
  await turns(5)
  expect(own.peek('n')).toBeUndefined()
})

test('a value that is only set, or loaded, is near all the same', async () => {
  const { far, own } = processes
  far.inject('set', down)
  expect(await own.set('set', 1)).toEqual({ outcome: 'stored' })
  expect(await own.getOrSet('loaded', () => 2)).toBe(2)
  await turns(5)
  expect([own.peek('set'), own.peek('loaded')]).toEqual([1, 2])
})
