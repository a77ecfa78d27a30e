/** Tags by version: what is reclaimed when, and what a missing marker may mean. */
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { prepareStatements } from '../src/statements.ts'
import { isInvalidated } from '../src/tags.ts'
import { held, NOW_MS, put, sweepAll } from './entries.ts'
import { alter, expectConsistent, rowCount } from './inspection.ts'
import { openStore } from './stores.ts'

test('invalidating writes one row, however many entries carry the tag; sweeping takes them out', async () => {
  const { backend, path } = openStore()
  for (let at = 0; at < 1_000; at++) await put(backend, `key ${at}`, at, { tags: ['t', `t${at % 7}`] })
  await put(backend, 'other', 1, { tags: ['t1'] })
  await backend.invalidate({ tags: ['t'] }, NOW_MS)
  expect([rowCount(path, 'entry'), rowCount(path, 'tag')]).toEqual([1_001, 1])
  expect(await held(backend, 'key 0')).toBe('miss: invalidated')
  expect((await backend.sweep(NOW_MS)).done).toBe(false)
  expectConsistent(path)
  await sweepAll(backend)
  expect([rowCount(path, 'entry'), rowCount(path, 'entry_tag'), rowCount(path, 'tag')]).toEqual([1, 1, 0])
  expect(await held(backend, 'other')).toBe(1)
  expectConsistent(path)
})

test('a marker stays as long as an entry or a live lease is older than it', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', 1, { tags: ['a'] })
  await backend.invalidate({ tags: ['a'] }, NOW_MS)
  const lease = await backend.lease('loading', 'fence', 1_000, NOW_MS)
  await backend.invalidate({ tags: ['b'] }, NOW_MS)
  await backend.invalidate({ tags: ['c'] }, NOW_MS)
  await sweepAll(backend)
  expect(rowCount(path, 'tag'), 'b and c').toBe(2)
  expect(await put(backend, 'loading', 1, { lease, tags: ['b'] })).toBe('superseded')
  expect(await put(backend, 'loading', 1, { lease, tags: ['a', 'd'] }), 'a and d were not').toBe('stored')
  await sweepAll(backend)
  expect(rowCount(path, 'tag')).toBe(0)
})

test('an entry stored under an old lease is invalidated by what came after the lease, not by what came before', async () => {
  const { backend } = openStore()
  await backend.invalidate({ tags: ['a'] }, NOW_MS)
  const lease = await backend.lease('key', 'fence', 1_000, NOW_MS)
  await backend.invalidate({ tags: ['b'] }, NOW_MS)
  expect(await put(backend, 'key', 1, { lease, tags: ['a'] })).toBe('stored')
  await sweepAll(backend)
  expect(await held(backend, 'key')).toBe(1)
  await backend.invalidate({ tags: ['a'] }, NOW_MS)
  expect(await held(backend, 'key')).toBe('miss: invalidated')
})

test('many invalidations of few tags leave few rows, and an entry written last stays', async () => {
  const { backend, path } = openStore()
  for (let round = 0; round < 50; round++) {
    await put(backend, 'key', round, { tags: ['t1', 't2'] })
    await backend.invalidate({ tags: [`t${(round % 2) + 1}`] }, NOW_MS)
    expect(await held(backend, 'key')).toBe('miss: invalidated')
  }
  await put(backend, 'key', 'last', { tags: ['t1', 't2'] })
  expect(rowCount(path, 'tag')).toBe(2)
  await sweepAll(backend)
  expect(await held(backend, 'key')).toBe('last')
  expectConsistent(path)
})

test('a read that finds its marker dropped since it read the entry calls the entry invalidated', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', 1, { tags: ['t'] })
  await backend.invalidate({ tags: ['t'] }, NOW_MS)
  const database = new Sqlite(path)
  const statements = prepareStatements(database, 'lru')
  const before = statements.getEntry.get('key')
  await sweepAll(backend)
  expect(rowCount(path, 'tag')).toBe(0)
  expect(before && isInvalidated(statements, before, before)).toBe(true)
  database.close()
})

test('a lease older than the markers that were dropped may write what has no tags, and nothing else', async () => {
  const { backend, path } = openStore()
  const [tagged, plain] = [
    await backend.lease('tagged', 'fence', 1_000, NOW_MS),
    await backend.lease('plain', 'fence', 1_000, NOW_MS),
  ]
  await backend.invalidate({ tags: ['t'] }, NOW_MS)
  // What a sweep does once there are more markers than may wait for old leases.
  const database = new Sqlite(path)
  database.exec('DELETE FROM stowage_tag_v1; UPDATE stowage_meta_v1 SET reclaimed = epoch, floor = epoch')
  database.close()
  expect(await put(backend, 'tagged', 1, { lease: tagged, tags: ['t'] })).toBe('superseded')
  expect(await put(backend, 'plain', 1, { lease: plain })).toBe('stored')
})

test('a sweep that ends leaves no marker that nothing is older than, however many have waited for a lease', async () => {
  const { backend, path } = openStore()
  const lease = await backend.lease('loading', 'fence', 60_000, NOW_MS)
  await backend.invalidate({ tags: Array.from({ length: 1_100 }, (_, at) => `tag ${at}`) }, NOW_MS)
  await sweepAll(backend)
  expect(rowCount(path, 'tag')).toBe(1_100)
  if (lease !== undefined) await backend.release(lease)
  await sweepAll(backend)
  expect(rowCount(path, 'tag')).toBe(0)
})

test('a marker stays while an entry is left that it has invalidated, where room for one was enough', async () => {
  const { backend, path } = openStore({ maxEntries: 3 })
  for (const key of ['a', 'b', 'c']) await put(backend, key, 1, { tags: ['t'] })
  await backend.invalidate({ tags: ['t'] }, NOW_MS)
  await put(backend, 'new', 1)
  expect(rowCount(path, 'entry')).toBe(3)
  await sweepAll(backend)
  for (const key of ['a', 'b', 'c']) expect(await held(backend, key)).toMatch(/^miss/)
  expect(rowCount(path, 'entry')).toBe(1)
})

test('more than 100,000 markers wait for no lease', async () => {
  const { backend, path } = openStore()
  const lease = await backend.lease('loading', 'fence', 1_000, NOW_MS)
  await backend.invalidate({ tags: ['a'] }, NOW_MS)
  await sweepAll(backend)
  expect(rowCount(path, 'tag')).toBe(1)
  alter(path, 'UPDATE stowage_meta_v1 SET epoch = 100001, reclaimed = 100001')
  await sweepAll(backend)
  expect(rowCount(path, 'tag')).toBe(0)
  expect(await put(backend, 'loading', 1, { lease, tags: ['a'] })).toBe('superseded')
})

test('a tag that holds what text formats trip over is a tag like any other', async () => {
  const { backend, path } = openStore()
  const tags = ['a\0b', 'a', '"', '\\', '[]', "'; --", '😀', '\u{10ffff}', '%', ' ']
  for (const tag of tags) await put(backend, `with ${tag}`, tag, { tags: [tag] })
  for (const [at, tag] of tags.entries()) {
    await backend.invalidate({ tags: [tag] }, NOW_MS)
    for (const other of tags.slice(at + 1)) expect(await held(backend, `with ${other}`)).toBe(other)
    await sweepAll(backend)
    expect(rowCount(path, 'entry')).toBe(tags.length - at - 1)
  }
  expectConsistent(path)
})
