/** Two processes over one far tier, and the bus between them: what one changes the other forgets, and after a gap it asks first. */
import { type Cache, ConfigError, createCache } from '@stowage/core'
import {
  createFakeClock,
  createRandom,
  type FakeClock,
  type FaultyBackend,
  faultyBackend,
  ReferenceBackend,
  TestBus,
} from '@stowage/core/testing'
import { hybridBackend, type TierEvent, watchBus } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { beforeEach, expect, test } from 'vitest'

let clock: FakeClock
let store: ReferenceBackend
let line: TestBus
/** The far tier as the second process reaches it. */
let far: FaultyBackend
let one: Cache
let two: Cache
let events: string[]

function attach(reaches: ReferenceBackend | FaultyBackend): Cache {
  const onTier = ({ tier, state }: TierEvent) => events.push(`${tier} ${state}`)
  const tiers = [memoryBackend({ maxEntries: 1_000 }), reaches]
  return createCache({ backend: hybridBackend({ tiers, bus: line.attach(), clock, onTier }), ttl: '1h', clock })
}

async function turns(): Promise<void> {
  for (let at = 0; at < 10; at++) await new Promise(setImmediate)
}

/** How often the second process asked the far tier for the entry, and for whether it is still there. */
function asked(): readonly [gets: number, comparisons: number] {
  return [far.callCounts.get('get') ?? 0, far.callCounts.get('isStill') ?? 0]
}

beforeEach(async () => {
  clock = createFakeClock()
  store = new ReferenceBackend({ holds: 'bytes' })
  far = faultyBackend(store, clock)
  line = new TestBus()
  events = []
  one = attach(store)
  two = attach(far)
  await one.set('key', 'old', { tags: ['t'] })
  await line.settle()
  await two.get('key')
  await turns()
})

test.each<[string, unknown, (on: Cache) => Promise<unknown>]>([
  ['set', 'new', (on) => on.set('key', 'new')],
  ['delete', undefined, (on) => on.delete('key')],
  ['update', 'old+', (on) => on.update('key', (old) => `${String(old)}+`)],
  ['take', undefined, (on) => on.take('key')],
  ['invalidate by tag', undefined, (on) => on.invalidate({ tags: ['t'] })],
  ['invalidate by prefix', undefined, (on) => on.invalidate({ prefix: 'k' })],
  ['invalidate by pattern', undefined, (on) => on.invalidate({ pattern: 'k*' })],
  ['clear', undefined, (on) => on.invalidate({ all: true })],
])('what one does by %s the other sees as soon as it has heard', async (_, expected, act) => {
  expect(two.peek('key')).toBe('old')
  await act(one)
  await line.settle()
  expect(two.peek('key')).toBeUndefined()
  expect(await two.get('key')).toBe(expected)
})

test('a soft expiry is heard, too', async () => {
  await one.expire({ key: 'key' })
  await line.settle()
  expect(await two.lookup('key')).toMatchObject({ outcome: 'miss' })
})

test('a near hit, tagged or not, asks the far tier nothing, for longer than without a bus', async () => {
  const before = asked()
  clock.advanceMs(299_000)
  expect(await two.get('key')).toBe('old')
  expect(asked()).toEqual(before)
})

test('a load that began before is not stored by the one who hears of an invalidation, even where the far tier did not', async () => {
  const source = Promise.withResolvers<string>()
  await one.delete('key')
  await line.settle()
  const loaded = two.getOrSet('key', () => source.promise)
  await turns()
  const down = faultyBackend(store, clock)
  const three = attach(down)
  for (const operation of ['delete', 'get'] as const)
    down.inject(operation, { kind: 'throw', error: new Error('down') })
  await three.delete('key')
  await line.settle()
  source.resolve('old')
  expect(await loaded).toBe('old')
  expect(await one.get('key')).toBeUndefined()
  expect(await two.get('key')).toBeUndefined()
})

test('one’s own messages, repeated ones and those for keys unknown cost nothing', async () => {
  await one.set('mine', 1)
  await line.settle()
  expect(one.peek('mine')).toBe(1)
})

test('after a gap a copy is compared before it is served: what is the same costs no body, what is not is read anew', async () => {
  await one.set('other', 1)
  await line.settle()
  await two.get('other')
  await turns()
  line.cut()
  await one.set('key', 'new')
  line.mend()
  const [gets, comparisons] = asked()
  expect(await two.get('other')).toBe(1)
  expect(asked()).toEqual([gets, comparisons + 1])
  expect(await two.get('other')).toBe(1)
  expect(two.peek('other')).toBe(1)
  expect(asked()).toEqual([gets, comparisons + 1])
  expect(await two.get('key')).toBe('new')
})

test.each(['get', 'isStill'] as const)(
  'what a %s answered before a gap was over is in doubt, though it came after',
  async (question) => {
    line = new TestBus({ faults: { random: createRandom(1), drop: 1 } })
    const [writer, reader] = [attach(store), attach(far)]
    if (question === 'isStill') {
      await reader.get('key')
      await turns()
      await writer.set('unrelated', 1)
      await line.settle()
    }
    far.inject(question, { kind: 'late', delayMs: 50 })
    const reading = reader.get('key')
    await turns()
    await writer.set('key', 'new')
    await line.settle()
    clock.advanceMs(50)
    expect(await reading).toBe('old')
    await turns()
    far.heal()
    expect(await reader.get('key')).toBe('new')
  },
)

test('while the bus is cut copies are served for their cap without a bus, then compared', async () => {
  line.cut()
  await one.set('key', 'new')
  clock.advanceMs(29_999)
  expect(await two.get('key')).toBe('old')
  clock.advanceMs(1)
  expect(await two.get('key')).toBe('new')
})

test('once every copy of that time is over, a hit is as cheap as before', async () => {
  line.cut()
  line.mend()
  clock.advanceMs(300_000)
  await two.set('fresh', 1)
  const before = asked()
  expect(await two.get('fresh')).toBe(1)
  expect(asked()).toEqual(before)
})

test('what could not be published is published later, and told once', async () => {
  line.cut()
  for (let at = 0; at < 1_500; at++) await one.set(`key ${at}`, at)
  await one.delete('key')
  line.mend()
  await line.settle()
  await turns()
  expect(two.peek('key')).toBeUndefined()
  expect(await two.get('key')).toBeUndefined()
  expect(events).toEqual(['bus down', 'bus up'])
})

test('a bus that loses, repeats, reorders and garbles leaves no old copy behind', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const share = 0.3
    line = new TestBus({
      faults: { random: createRandom(seed), drop: share, duplicate: share, delay: share, garbage: share },
    })
    const [writer, reader] = [attach(store), attach(far)]
    for (let at = 0; at < 20; at++) {
      await writer.set('key', at)
      await reader.get('key')
      await turns()
    }
    await line.settle()
    expect(await reader.get('key'), `seed ${seed}`).toBe(19)
  }
})

test('a tier that can be watched is a bus of gaps: what others change is compared, what they leave is not read again', async () => {
  const listeners = new Set<() => void>()
  const watched = {
    watch(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const backend = hybridBackend({ tiers: [memoryBackend({ maxEntries: 9 }), far], bus: watchBus(watched), clock })
  const three = createCache({ backend, ttl: '1h', clock })
  await three.get('key')
  await turns()
  await one.set('unrelated', 1)
  for (const listener of listeners) listener()
  const [gets] = asked()
  expect(await three.get('key')).toBe('old')
  expect(asked()[0]).toBe(gets)
  await one.set('key', 'new')
  for (const listener of listeners) listener()
  expect(await three.get('key')).toBe('new')
  await three.close()
  expect(listeners.size).toBe(0)
})

test('a bus that is none is refused', () => {
  const tiers = [memoryBackend({ maxEntries: 9 }), store]
  expect(() => hybridBackend({ tiers, bus: {} as never })).toThrow(ConfigError)
})
