/** Invalidation of many keys: in batches, of what was there when it began, and complete when it resolves. */
import type { Lease } from '@stowage/core'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { held, keysOf, NOW_MS, put } from './entries.ts'
import { expectConsistent, rowCount } from './inspection.ts'
import { attach, openStore } from './stores.ts'

test.each([
  ['prefix', { prefix: 'many:' }],
  ['pattern', { pattern: 'many:*', root: '' }],
])('by %s: the loop turns in between, and nothing is left', async (_, target) => {
  const { backend, path } = openStore()
  for (let at = 0; at < 1_500; at++) await put(backend, `many:${at}`, at, { tags: ['t'] })
  await put(backend, 'many', 1)
  await put(backend, 'one', 1)
  let hasTurned = false
  const done = backend.invalidate(target, NOW_MS)
  setImmediate(() => {
    hasTurned = true
  })
  await done
  expect(hasTurned).toBe(true)
  expect(await keysOf(backend)).toEqual(['many', 'one'])
  expect(rowCount(path, 'entry_tag')).toBe(0)
  expectConsistent(path)
})

test('what was derived from an entry that the walk had not reached does not outlive it', async () => {
  const { backend } = openStore()
  for (let at = 0; at < 1_500; at++) await put(backend, `many:${at}`, 'old')
  const deriving = Promise.withResolvers<Lease | undefined>()
  const derive = async () => {
    const taken = await backend.lease('many:999', 'fence', 1_000, NOW_MS)
    expect(await held(backend, 'many:999')).toBe('old')
    const late = await backend.lease('many:998', 'fence', 1_000, NOW_MS)
    expect(await put(backend, 'many:999', 'derived from old', { lease: taken })).toBe('stored')
    return late
  }
  let toldCount = 0
  await backend.invalidate({ prefix: 'many:' }, NOW_MS, () => {
    // The walk is under way: the last keys are still there, and a step that reads and writes one takes its lease now.
    if (++toldCount === 2) derive().then(deriving.resolve, deriving.reject)
  })
  expect(await keysOf(backend)).toEqual([])
  expect(await put(backend, 'many:998', 'late', { lease: await deriving.promise })).toBe('superseded')
  await put(backend, 'many:999', 'new')
  expect(await keysOf(backend)).toEqual(['many:999'])
})

test('a row whose number is given to an entry of another key meanwhile stays', async () => {
  const { backend, path } = openStore()
  for (let at = 0; at < 1_500; at++) await put(backend, `many:${at}`, at)
  const swap = async () => {
    expect(await backend.delete('many:1499', NOW_MS, undefined)).toBe(true)
    await put(backend, 'other', 'mine')
  }
  let removedCount = 0
  let swapped: Promise<void> | undefined
  backend.onRemoval(() => {
    // The rows have been listed, this one among them, and come out in their order: not yet the last of them.
    if (++removedCount === 300) swapped = swap()
  })
  await backend.invalidate({ prefix: 'many:' }, NOW_MS)
  await swapped
  const database = new Sqlite(path, { readonly: true })
  expect(database.prepare("SELECT id FROM stowage_entry_v1 WHERE key = 'other'").pluck().get()).toBe(1_500)
  database.close()
  expect(await keysOf(backend)).toEqual(['other'])
  expectConsistent(path)
})

test('most of the entries leave in the order of their rows, which is not that of their keys', async () => {
  const { backend } = openStore()
  const order: string[] = []
  backend.onRemoval((key) => order.push(key))
  for (let at = 0; at < 1_500; at++) await put(backend, `many:${(at * 7) % 1_500}`, at)
  await backend.invalidate({ pattern: 'many:*', root: '' }, NOW_MS)
  expect(order).toHaveLength(1_500)
  const rows = order.slice(256).map((key) => (Number(key.slice(5)) * 643) % 1_500)
  expect(rows).toEqual(rows.toSorted((one, other) => one - other))
})

test('of all: nothing is served from the first moment on, space is reclaimed later, new entries stay', async () => {
  const { backend, path } = openStore({ maxEntries: 2_000 })
  for (let at = 0; at < 1_500; at++) await put(backend, `key ${at}`, 'old', { tags: ['t'] })
  const other = attach(path)
  await backend.invalidate({ all: true }, NOW_MS)
  for (const key of ['key 0', 'key 1499']) expect(await held(other, key)).toMatch(/^miss/)
  expect(await keysOf(other)).toEqual([])
  for (let at = 0; at < 1_000; at++) await put(other, `key ${at + 1_000}`, 'new')
  expect(await keysOf(backend)).toHaveLength(1_000)
  let invalidated = 0
  for (let done = false; !done; ) {
    const report = await backend.sweep(NOW_MS)
    invalidated += report.invalidated
    done = report.done
  }
  expect(invalidated).toBeGreaterThan(0)
  expect(await backend.usage(NOW_MS)).toMatchObject({ entryCount: 1_000 })
  expectConsistent(path)
})

test.each([1, 2])('says that it goes on, so that it may take as long as it does: %d shards', async (shards) => {
  const { backend } = openStore({ shards })
  for (let at = 0; at < 1_500; at++) await put(backend, `many:${at}`, 'old')
  let toldCount = 0
  await backend.invalidate({ prefix: 'many:' }, NOW_MS, () => toldCount++)
  // Of each shard at least: one list of rows, one slice of them, one batch of the second walk.
  expect(toldCount).toBeGreaterThanOrEqual(3 * shards)
})
