/** The memory backend's limits, over random histories, and what it refuses. */
import { type Backend, CodecError, ConfigError, createCache } from '@stowage/core'
import { createFakeClock, createRandom } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TagTable } from '../src/tag-table.ts'
import { entryOf } from './entries.ts'

const step = fc.record({
  key: fc.oneof(fc.nat(11).map(String), fc.constantFrom('key', 'ключ')),
  length: fc.nat(3_000),
  tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  lifeMs: fc.constantFrom(5, 500, 1_000),
  act: fc.constantFrom(
    'set',
    'set',
    'set',
    'get',
    'touch',
    'delete',
    'discard',
    'tags',
    'prefix',
    'all',
    'sweep',
    'later',
  ),
})

test.each([
  ['adaptive', { maxEntries: 7, maxBytes: 9_000 }],
  ['adaptive', { maxEntries: 7 }],
  ['adaptive', { maxBytes: 9_000 }],
  ['lru', { maxEntries: 7, maxBytes: 9_000 }],
] as const)('%s with %o: the limits and the books hold after every step of any history', async (policy, limits) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120, size: 'max' }), async (steps) => {
      const backend = memoryBackend({ policy, ...limits })
      let nowMs = 0
      for (const { key, length, tags, lifeMs, act } of steps) {
        const endMs = nowMs + lifeMs
        const times = { storedAtMs: nowMs, staleAtMs: endMs, errorOnlyAtMs: endMs, expireAtMs: endMs }
        const seen = await backend.get(key, nowMs)
        if (act === 'set') await backend.set(key, entryOf('x'.repeat(length), tags, times), nowMs, undefined)
        else if (act === 'touch' && typeof seen === 'object') await backend.touch(key, seen, times, nowMs, 'keep')
        else if (act === 'discard' && typeof seen === 'object') await backend.discard(key, seen)
        else if (act === 'delete') await backend.delete(key, nowMs, undefined)
        else if (act === 'tags') await backend.invalidate({ tags }, nowMs)
        else if (act === 'prefix') await backend.invalidate({ prefix: key.slice(0, 1) }, nowMs)
        else if (act === 'all') await backend.invalidate({ all: true }, nowMs)
        else if (act === 'sweep') await backend.sweep(nowMs)
        else if (act === 'later') nowMs += lifeMs / 5
        const { entryCount, sizeBytes, maxEntries = Infinity, maxBytes = Infinity } = await backend.usage(nowMs)
        expect(entryCount <= maxEntries && sizeBytes <= maxBytes, `${entryCount} entries, ${sizeBytes} bytes`).toBe(
          true,
        )
        expect(entryCount === 0).toBe(sizeBytes === 0)
        expect({ entries: entryCount, bytes: sizeBytes }).toEqual(await recount(backend, nowMs))
      }
    }),
    { numRuns: 100 },
  )
})

/** What a rewritten entry wants room for is its tags, again and again, while few entries are there to give any. */
test.each((['adaptive', 'lru'] as const).flatMap((policy) => [1, 2, 3, 4, 5].map((seed) => ({ policy, seed }))))(
  '$policy: limit and books hold where tags are a good part of the bytes, history $seed',
  async ({ policy, seed }) => {
    const random = createRandom(seed)
    const backend = memoryBackend({ policy, maxBytes: '20KB' })
    for (let at = 0; at < 20_000; at++) {
      const tags = random.below(3) > 0 ? [`tag ${random.below(1_000)}`] : []
      expect(backend.set(`key ${random.below(300)}`, entryOf(at, tags), 0, undefined)).toBe('stored')
      if (at % 1_000 > 0) continue
      const { entryCount, sizeBytes } = await backend.usage(0)
      expect(sizeBytes).toBeLessThanOrEqual(20_000)
      expect({ entries: entryCount, bytes: sizeBytes }).toEqual(await recount(backend, 0))
    }
  },
)

/** Slot by slot, and the tags that entries share. */
async function recount(backend: Backend, nowMs: number): Promise<{ entries: number; bytes: number }> {
  const counted = { entries: 0, bytes: 0 }
  for await (const { entries, bytes } of backend.check(false, nowMs)) {
    counted.entries += entries
    counted.bytes += bytes
  }
  return counted
}

test("policy 'lru': least recently used goes first; peeking leaves no trace", async () => {
  const backend = memoryBackend({ maxEntries: 2, policy: 'lru' })
  await backend.set('a', entryOf(1), 0, undefined)
  await backend.set('b', entryOf(2), 0, undefined)
  backend.getSync('a', 0, 'use')
  backend.getSync('b', 0, 'ignore')
  await backend.set('c', entryOf(3), 0, undefined)
  expect([backend.get('a', 0), backend.get('b', 0)]).toEqual([expect.objectContaining({ tier: 'memory' }), 'absent'])
})

// A value that could not be measured counted as a failure of the backend: five of them, and good keys missed.
test('a value that cannot be measured is its writer’s fault, and no reason to leave the backend alone', async () => {
  const cache = createCache({ backend: memoryBackend({ maxBytes: '1MB' }), ttl: '1m' })
  await cache.set('good', 1, { tags: ['tagged'] })
  const hostile = {
    get part(): number {
      throw new Error('not today')
    },
  }
  for (let tries = 0; tries < 10; tries++) await expect(cache.set('bad', hostile)).rejects.toThrow(CodecError)
  expect(await cache.getOrSet('bad', () => hostile)).toBe(hostile)
  expect(await cache.lookup('good')).toMatchObject({ outcome: 'hit' })
  expect(cache.stats()).toMatchObject({ breakerOpenings: 0, refused: { unencodable: 1 } })
})

test('a custom sizeOf counts, besides key and bookkeeping', async () => {
  const backend = memoryBackend({ maxBytes: 2_000, sizeOf: (value) => Number(value) })
  expect(backend.set('small', entryOf(10), 0, undefined)).toBe('stored')
  expect(backend.set('large', entryOf(2_000), 0, undefined)).toBe('too-large')
  expect((await backend.usage(0)).sizeBytes).toBeGreaterThan(10)
})

test('an entry larger than maxEntryBytes is refused, and the older one under its key is gone', async () => {
  const backend = memoryBackend({ maxEntries: 10, maxEntryBytes: 500 })
  expect(await backend.set('key', entryOf('small'), 0, undefined)).toBe('stored')
  expect(await backend.set('key', entryOf('x'.repeat(500)), 0, undefined)).toBe('too-large')
  expect((await backend.usage(0)).entryCount).toBe(0)
})

describe('the table of tags', () => {
  test('holds no record of tags that nothing carries once no load is going on', () => {
    const tags = new TagTable({ isEmpty: false })
    const held = tags.hold(['a', 'b'])
    tags.invalidate(['a', 'unused'])
    expect(tags.size).toBe(3)
    tags.drop(held)
    tags.forgetUnheld()
    expect(tags.size).toBe(0)
  })

  test('a forgotten marker means "not trusted" to a load that began before', () => {
    const tags = new TagTable({ isEmpty: false })
    const before = tags.sequence
    tags.invalidate(['t'])
    tags.forgetUnheld()
    expect([tags.mayWrite(['t'], before), tags.mayWrite(['t'], tags.sequence)]).toEqual([false, true])
  })

  test('keeps none at all while no load is going on', () => {
    const tags = new TagTable({ isEmpty: true })
    tags.drop(tags.hold(['a', 'b']))
    tags.invalidate(['c'])
    expect(tags.size).toBe(0)
  })

  test('is bounded while a load goes on for ever', () => {
    const tags = new TagTable({ isEmpty: false })
    const before = tags.sequence
    for (let at = 0; at < 50_000; at++) tags.invalidate([`unique ${at}`])
    expect(tags.size).toBeLessThanOrEqual(10_001)
    expect(tags.mayWrite(['unique 0'], before)).toBe(false)
  })
})

test('unique keys and tags without end leave nothing behind', async () => {
  const backend = memoryBackend({ maxEntries: 100 })
  const cache = createCache({ backend, ttl: '1h', clock: createFakeClock() })
  for (let at = 0; at < 5_000; at++) {
    await cache.getOrSet(`key ${at}`, () => at, { tags: [`tag ${at}`] })
    await cache.invalidate({ tags: [`tag ${at - 1}`] })
  }
  expect((await cache.usage()).entries).toBe(100)
})

test.each<[string, unknown, RegExp]>([
  ['no limit', {}, /no limit; give maxEntries, maxBytes/],
  [
    'an unknown option',
    { maxEntries: 1, max: 2 },
    /'max'; allowed: maxEntries, maxBytes, maxEntryBytes, policy, isolation, sizeOf/,
  ],
  ['a size that is none', { maxBytes: '64 megs' }, /maxBytes: '64 megs' is not a size/],
  ['half an entry', { maxEntries: 0.5 }, /maxEntries: 0.5 is not a count/],
  ['a sizeOf that is no function', { maxEntries: 1, sizeOf: 8 }, /sizeOf: 8 is not allowed/],
])('%s is a ConfigError', (_, options, message) => {
  expect(() => memoryBackend(options as never)).toThrow(ConfigError)
  expect(() => memoryBackend(options as never)).toThrow(message)
})
