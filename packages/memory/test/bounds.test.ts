/** The memory backend's limits, over random histories, and what it refuses. */
import { ConfigError, createCache, type NewEntry } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TagTable } from '../src/tag-table.ts'

function entryOf(value: unknown, tags: readonly string[] = []): NewEntry {
  const times = { storedAtMs: 0, staleAtMs: 1_000, errorOnlyAtMs: 1_000, expireAtMs: 1_000 }
  const encode = () => {
    throw new Error('memory holds values; nothing asks for bytes')
  }
  const facts = { ...times, tags, version: undefined, fingerprint: undefined, slidingMs: undefined }
  return { facts, value, maxBytes: Number.POSITIVE_INFINITY, encode }
}

test('no history of writes and deletions ever holds more than the limits allow', async () => {
  const step = fc.record({
    key: fc.nat(30).map(String),
    length: fc.nat(3_000),
    tags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
    act: fc.constantFrom('set', 'set', 'set', 'delete', 'invalidate', 'sweep'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const backend = memoryBackend({ maxEntries: 7, maxBytes: 9_000 })
      for (const { key, length, tags, act } of steps) {
        if (act === 'set') await backend.set(key, entryOf('x'.repeat(length), [...new Set(tags)]), 0, undefined)
        else if (act === 'delete') await backend.delete(key, 0, undefined)
        else if (act === 'invalidate') await backend.invalidate({ tags }, 0)
        else await backend.sweep(0)
        const { entryCount, sizeBytes } = await backend.usage(0)
        expect(entryCount <= 7 && sizeBytes <= 9_000, `${entryCount} entries, ${sizeBytes} bytes`).toBe(true)
        expect(entryCount === 0).toBe(sizeBytes === 0)
      }
    }),
    { numRuns: 200 },
  )
})

test("policy 'lru': least recently used goes first; peeking leaves no trace", async () => {
  const backend = memoryBackend({ maxEntries: 2, policy: 'lru' })
  await backend.set('a', entryOf(1), 0, undefined)
  await backend.set('b', entryOf(2), 0, undefined)
  backend.getSync('a', 0, 'use')
  backend.getSync('b', 0, 'ignore')
  await backend.set('c', entryOf(3), 0, undefined)
  expect([backend.get('a', 0), backend.get('b', 0)]).toEqual([expect.objectContaining({ tier: 'memory' }), 'absent'])
})

test('a custom sizeOf counts, besides key and bookkeeping', async () => {
  const backend = memoryBackend({ maxBytes: 2_000, sizeOf: (value) => Number(value) })
  expect(backend.set('small', entryOf(10), 0, undefined)).toBe('stored')
  expect(backend.set('large', entryOf(2_000), 0, undefined)).toBe('too-large')
  expect((await backend.usage(0)).sizeBytes).toBeGreaterThan(10)
})

describe('the table of tags', () => {
  test('holds no record of tags that nothing carries once no load is going on', () => {
    const tags = new TagTable()
    const held = tags.hold(['a', 'b'])
    tags.invalidate(['a', 'unused'])
    expect(tags.size).toBe(3)
    tags.drop(held)
    tags.forgetUnheld()
    expect(tags.size).toBe(0)
  })

  test('a forgotten marker means "not trusted" to a load that began before', () => {
    const tags = new TagTable()
    const before = tags.sequence
    tags.invalidate(['t'])
    tags.forgetUnheld()
    expect([tags.mayWrite(['t'], before), tags.mayWrite(['t'], tags.sequence)]).toEqual([false, true])
  })

  test('is bounded while a load goes on for ever', () => {
    const tags = new TagTable()
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
  ['a sizeOf that is no function', { maxEntries: 1, sizeOf: 8 }, /sizeOf: a number is not allowed/],
])('%s is a ConfigError', (_, options, message) => {
  expect(() => memoryBackend(options as never)).toThrow(ConfigError)
  expect(() => memoryBackend(options as never)).toThrow(message)
})
