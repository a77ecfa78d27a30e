/** Which entry leaves for want of room, under each policy. */
import type { Backend, RemovalCause } from '@stowage/core'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { held, keysOf, NOW_MS, put, sweepAll } from './entries.ts'
import { expectConsistent, rowCount } from './inspection.ts'
import { attach, openStore } from './stores.ts'

async function fill(backend: Backend, ...keys: string[]): Promise<void> {
  for (const key of keys) await put(backend, key, key)
}

test('lru: the entry whose last use or write is longest ago', async () => {
  const { backend } = openStore({ maxEntries: 4 })
  await fill(backend, 'a', 'b', 'c', 'd')
  await held(backend, 'b')
  await held(backend, 'a')
  await put(backend, 'c', 'again')
  await fill(backend, 'e')
  expect(await keysOf(backend)).toEqual(['a', 'b', 'c', 'e'])
  await fill(backend, 'f')
  expect(await keysOf(backend)).toEqual(['a', 'c', 'e', 'f'])
  await fill(backend, 'g')
  expect(await keysOf(backend)).toEqual(['c', 'e', 'f', 'g'])
})

test('lru: uses are told apart however many there were, and count for an entry that has been rewritten', async () => {
  const { backend } = openStore({ maxEntries: 3 })
  await fill(backend, 'a', 'b', 'c')
  for (let uses = 0; uses < 1_100; uses++) await held(backend, 'a')
  await fill(backend, 'a', 'b', 'c')
  for (const key of ['c', 'a']) await held(backend, key)
  await fill(backend, 'd')
  expect(await keysOf(backend)).toEqual(['a', 'c', 'd'])
  await fill(backend, 'e')
  expect(await keysOf(backend)).toEqual(['a', 'd', 'e'])
})

test('lru: uses survive close and reopening', async () => {
  const { backend, path } = openStore({ maxEntries: 3 })
  await fill(backend, 'a', 'b', 'c')
  await held(backend, 'a')
  await backend.close()
  const second = attach(path, { maxEntries: 3 })
  await fill(second, 'd')
  expect(await keysOf(second)).toEqual(['a', 'c', 'd'])
})

test('lru: what one process has used counts for another, once it has swept', async () => {
  const { backend, path } = openStore({ maxEntries: 3 })
  const other = attach(path, { maxEntries: 3 })
  await fill(backend, 'a', 'b', 'c')
  await held(other, 'a')
  await other.sweep(NOW_MS)
  await fill(backend, 'd')
  expect(await keysOf(backend)).toEqual(['a', 'c', 'd'])
})

test('lfu: the entry used least often, and among those the one used longest ago', async () => {
  const { backend } = openStore({ maxEntries: 3, eviction: 'lfu' })
  await fill(backend, 'a', 'b', 'c')
  for (const key of ['a', 'a', 'a', 'c', 'b', 'b']) await held(backend, key)
  await fill(backend, 'd')
  expect(await keysOf(backend)).toEqual(['a', 'b', 'd'])
  await fill(backend, 'e')
  expect(await keysOf(backend)).toEqual(['a', 'b', 'e'])
})

test('lfu: a new entry does not inherit the uses of one that was deleted', async () => {
  const { backend } = openStore({ maxEntries: 2, eviction: 'lfu' })
  await fill(backend, 'a', 'b')
  for (let uses = 0; uses < 5; uses++) await held(backend, 'b')
  await backend.delete('b', NOW_MS, undefined)
  await fill(backend, 'c')
  for (const key of ['a', 'a', 'c']) await held(backend, key)
  await fill(backend, 'd')
  expect(await keysOf(backend)).toEqual(['a', 'd'])
})

test('fifo: the entry written longest ago, however often it is used', async () => {
  const { backend } = openStore({ maxEntries: 3, eviction: 'fifo' })
  await fill(backend, 'a', 'b', 'c')
  await held(backend, 'b')
  await put(backend, 'a', 'again')
  await fill(backend, 'd')
  expect(await keysOf(backend)).toEqual(['a', 'c', 'd'])
})

test('none: what does not fit is refused, and the older value under its key is gone', async () => {
  const { backend, path } = openStore({ maxBytes: 3_000, eviction: 'none' })
  await fill(backend, 'a', 'b')
  expect(await put(backend, 'a', 'x'.repeat(2_650))).toBe('admission')
  expect(await keysOf(backend)).toEqual(['b'])
  expect(await put(backend, 'c', 'x'.repeat(100))).toBe('stored')
  expect(await put(backend, 'a', 'x'.repeat(2_650))).toBe('admission')
  expect(await keysOf(backend)).toEqual(['b', 'c'])
  expectConsistent(path)
})

test('none: what nobody can be served makes room, all of it if need be', async () => {
  const { backend } = openStore({ maxBytes: 150_000, eviction: 'none' })
  for (let at = 0; at < 300; at++) await put(backend, `expired ${at}`, 1, { lifeMs: 10 })
  for (let at = 0; at < 600; at++) await put(backend, `invalidated ${at}`, 1, { tags: ['t'] })
  await backend.invalidate({ tags: ['t'] }, NOW_MS)
  const nowMs = NOW_MS + 10
  expect(await put(backend, 'large', 'x'.repeat(149_000), { nowMs })).toBe('stored')
  expect(await put(backend, 'small', 'x'.repeat(1_000), { nowMs })).toBe('admission')
})

test('the dead go before the living, and are reported as what they were', async () => {
  const { backend } = openStore({ maxEntries: 4 })
  const removals: [string, RemovalCause][] = []
  backend.onRemoval((key, cause) => removals.push([key, cause]))
  await fill(backend, 'a', 'b')
  await put(backend, 'expired', 1, { lifeMs: 10 })
  await put(backend, 'invalidated', 1, { tags: ['t'] })
  await backend.invalidate({ tags: ['t'] }, NOW_MS)
  for (const key of ['c', 'd', 'e']) await put(backend, key, key, { nowMs: NOW_MS + 10 })
  expect(removals).toEqual([
    ['expired', 'expired'],
    ['invalidated', 'invalidated'],
    ['a', 'evicted'],
  ])
})

test('an entry rewritten before it expired or was cleared is not taken for the old one', async () => {
  const { backend, path } = openStore({ maxEntries: 3 })
  await put(backend, 'a', 'old', { lifeMs: 10 })
  await put(backend, 'a', 'new')
  await put(backend, 'b', 'old')
  expect(await sweepAll(backend, NOW_MS + 10)).toEqual({ expired: 0, invalidated: 0 })
  await backend.invalidate({ all: true }, NOW_MS)
  await put(backend, 'a', 'newer')
  await sweepAll(backend, NOW_MS + 10)
  expect(await held(backend, 'a')).toBe('newer')
  expect(await held(backend, 'b')).toBe('miss: absent')
  expectConsistent(path)
})

test('an entry that was cleared and is being replaced is not reclaimed to make room for itself', async () => {
  const { backend, path } = openStore({ maxBytes: 100_000 })
  for (let at = 0; at < 300; at++) await put(backend, `key ${at}`, 'old')
  await backend.invalidate({ all: true }, NOW_MS)
  const count = rowCount(path, 'entry')
  expect(count, 'more than one slice was cleared').toBeGreaterThan(0)
  expect(await put(backend, 'key 256', 'x'.repeat(99_000))).toBe('stored')
  expect(await held(backend, 'key 256')).toBe('x'.repeat(99_000))
  expectConsistent(path)
})

test('a sweep comes to its end while reads go on', async () => {
  const { backend } = openStore()
  for (let at = 0; at < 600; at++) await put(backend, `key ${at}`, at)
  for (let at = 0; at < 600; at++) await held(backend, `key ${at}`)
  expect(await backend.sweep(NOW_MS)).toEqual({ expired: 0, invalidated: 0, done: true })
})

test('a store reopened under lower limits is cut down before anything else', async () => {
  const { backend, path } = openStore({})
  for (let at = 0; at < 700; at++) await put(backend, `key ${at}`, at)
  await backend.close()
  const smaller = attach(path, { maxEntries: 10 })
  expect(await smaller.usage(NOW_MS)).toMatchObject({ entryCount: 10 })
  expect(rowCount(path, 'entry')).toBe(10)
  expect(await held(smaller, 'key 699')).toBe(699)
})

test.each([
  [255, 1],
  [600, 3],
])('of %i entries %i leave together, in their order, for one that is new', async (limit, count) => {
  const { backend, path } = openStore({ maxEntries: limit })
  const evicted: string[] = []
  backend.onRemoval((key) => evicted.push(key))
  for (let at = 0; at <= limit; at++) await put(backend, `key ${at}`, at)
  expect(evicted).toEqual(Array.from({ length: count }, (_, at) => `key ${at}`))
  for (let at = 1; at < count; at++) await put(backend, `more ${at}`, at)
  expect(evicted).toHaveLength(count)
  expectConsistent(path)
})

test('lru: a use that is written down late does not undo a later one', async () => {
  const { backend, path } = openStore()
  const other = attach(path)
  await put(backend, 'key', 1)
  await held(backend, 'key')
  await held(other, 'key')
  await other.sweep(NOW_MS)
  const before = rankOf(path)
  await backend.sweep(NOW_MS)
  expect(rankOf(path)).toBe(before)
})

function rankOf(path: string): unknown {
  const database = new Sqlite(path)
  try {
    return database.prepare('SELECT rank FROM stowage_entry_v1').pluck().get()
  } finally {
    database.close()
  }
}
