/** Regression: written behind, what was queued was given out, and copied near, though the bus had told that another process had removed or replaced it. */
import { type Cache, createCache } from '@stowage/core'
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

const OPERATIONS = ['get', 'set', 'lease', 'delete', 'invalidate'] as const

let clock: FakeClock
let line: TestBus
/** As the one that writes behind reaches it. */
let far: FaultyBackend
let other: Cache
let behind: Cache

beforeEach(() => {
  clock = createFakeClock()
  line = new TestBus()
  const store = new ReferenceBackend({ holds: 'bytes' })
  far = faultyBackend(store, clock)
  const attach = (reached: ReferenceBackend | FaultyBackend, write: 'through' | 'behind') => {
    const tiers = [memoryBackend({ maxEntries: 2_000 }), reached]
    const backend = hybridBackend({ tiers, write, bus: line.attach(), clock, onTier: () => undefined })
    return createCache({ backend, ttl: '1h', clock })
  }
  other = attach(store, 'through')
  behind = attach(far, 'behind')
})

async function turns(): Promise<void> {
  for (let at = 0; at < 20; at++) await new Promise(setImmediate)
}

const farSets = () => far.callCounts.get('set') ?? 0

const queueing: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['a write', () => behind.set('key', 'old', { tags: ['t'] })],
  // Near by a read out of the queue.
  ['a write for afar', () => behind.set('key', 'old', { tags: ['t'], tier: 'far' }).then(() => behind.get('key'))],
  ['a load', () => behind.getOrSet('key', () => 'old', { tags: ['t'] })],
]

const changes: readonly (readonly [string, unknown, () => Promise<unknown>])[] = [
  ['deleted', undefined, () => other.delete('key')],
  ['invalidated by tag', undefined, () => other.invalidate({ tags: ['t'] })],
  ['invalidated by prefix', undefined, () => other.invalidate({ prefix: 'k' })],
  ['cleared', undefined, () => other.invalidate({ all: true })],
  ['replaced', 'new', () => other.set('key', 'new')],
]

const histories = queueing.flatMap(([what, queue]) =>
  changes.map(([fate, expected, change]) => [what, fate, expected, queue, change] as const),
)

test.each(histories)(
  '%s that is %s by another is refused as soon as that is heard',
  async (_, __, now, queue, change) => {
    await queue()
    await turns()
    await change()
    expect(await behind.get('key')).toBe('old')
    await line.settle()
    for (let at = 0; at < 2; at++) {
      expect(await behind.get('key')).toBe(now)
      await turns()
    }
    expect(behind.peek('key')).toBe(now)
  },
)

test.each(histories)('%s that is %s, in a gap of the bus', async (_, __, now, queue, change) => {
  await queue()
  await turns()
  line.cut()
  await change()
  // From the queue, and copied from there.
  expect(await behind.get('key')).toBe('old')
  line.mend()
  for (let at = 0; at < 2; at++) {
    expect(await behind.get('key')).toBe(now)
    await turns()
  }
  expect(behind.peek('key')).toBe(now)
})

test.each(histories)(
  '%s that is %s does not stay where it then cannot be written',
  async (_, __, now, queue, change) => {
    await queue()
    await turns()
    clock.advanceMs(1)
    await change()
    for (const operation of OPERATIONS) far.inject(operation, { kind: 'throw', error: new Error('down') })
    await line.settle()
    expect(await behind.get('key')).toBeUndefined()
    clock.advanceMs(1_000)
    await turns()
    expect(await behind.get('key')).toBeUndefined()
    far.heal()
    clock.advanceMs(1_000)
    await turns()
    expect(await behind.get('key')).toBe(now)
  },
)

test('one that is on its way when its end is heard of is not given out either', async () => {
  await behind.set('key', 'old')
  await turns()
  await other.delete('key')
  far.inject('set', { kind: 'late', delayMs: 50 })
  clock.advanceMs(1_000)
  await turns()
  await line.settle()
  const reading = behind.get('key')
  await turns()
  clock.advanceMs(50)
  expect(await reading).toBeUndefined()
})

test('an own write that is newer than what is heard stays, and so does one that comes while the older is written down', async () => {
  await other.delete('key')
  await behind.set('key', 'newer')
  await turns()
  await line.settle()
  expect(await behind.get('key')).toBe('newer')
  await behind.set('key', 'old')
  await turns()
  await other.delete('key')
  await line.settle()
  const reading = behind.get('key')
  await behind.set('key', 'newest')
  expect(['newest', undefined]).toContain(await reading)
  expect(await behind.get('key')).toBe('newest')
  clock.advanceMs(1_000)
  await turns()
  await line.settle()
  expect([await behind.get('key'), await other.get('key')]).toEqual(['newest', 'newest'])
})

test('what is heard has nothing written down: each key is when it is read', async () => {
  for (let at = 0; at < 500; at++) await behind.set(`key ${at}`, at)
  await turns()
  for (const tag of ['a', 'b', 'c']) await other.invalidate({ tags: [tag] })
  await other.invalidate({ prefix: 'key' })
  await line.settle()
  await turns()
  expect(farSets()).toBe(0)
  expect(await behind.get('key 7')).toBeUndefined()
  expect(farSets()).toBe(1)
})

test('what is not covered is given out of the queue as before', async () => {
  await behind.set('key', 'kept', { tags: ['t'], tier: 'far' })
  await turns()
  await other.delete('another')
  await other.invalidate({ tags: ['u'] })
  await line.settle()
  expect(await behind.get('key')).toBe('kept')
  expect(farSets()).toBe(0)
})
