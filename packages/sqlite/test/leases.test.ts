/** What the kit cannot see of leases: their rows go, and there is a limit to them. */
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { NOW_MS, put, sweepAll } from './entries.ts'
import { expectConsistent, rowCount } from './inspection.ts'
import { attach, openStore } from './stores.ts'

test('a lease leaves a row only while it can be used', async () => {
  const { backend, path } = openStore()
  const take = async (key: string) => backend.lease(key, 'fence', 1_000, NOW_MS)
  const [released, written] = [await take('released'), await take('written')]
  for (const key of ['deleted', 'prefixed', 'ended', 'overwritten', 'overwritten']) await take(key)
  expect(rowCount(path, 'lease')).toBe(7)
  if (released !== undefined) await backend.release(released)
  await put(backend, 'written', 1, { lease: written })
  await put(backend, 'overwritten', 1)
  await backend.delete('deleted', NOW_MS, undefined)
  await backend.invalidate({ prefix: 'pre' }, NOW_MS)
  expect(rowCount(path, 'lease')).toBe(1)
  expectConsistent(path)
  await sweepAll(backend, NOW_MS + 1_000)
  expect(rowCount(path, 'lease')).toBe(0)
  expectConsistent(path)
})

test('ended leases go in bounded slices', async () => {
  const { backend, path } = openStore()
  for (let at = 0; at < 600; at++) await backend.lease(`key ${at}`, 'fence', 1_000, NOW_MS)
  expect(await backend.sweep(NOW_MS + 1_000)).toMatchObject({ done: false })
  await sweepAll(backend, NOW_MS + 1_000)
  expect(rowCount(path, 'lease')).toBe(0)
})

test('past the limit no lease is given, until one ends', async () => {
  const { backend, path } = openStore()
  await backend.lease('ends first', 'fence', 1_000, NOW_MS)
  await backend.close()
  const database = new Sqlite(path)
  database.exec('UPDATE stowage_meta_v1 SET lease_count = 65536')
  database.close()
  const full = attach(path)
  expect(await full.lease('key', 'fence', 1_000, NOW_MS)).toBeUndefined()
  expect(await full.lease('key', 'fence', 1_000, NOW_MS + 1_000)).toBeDefined()
})

test('of what goes with everything, none is counted any more', async () => {
  const { backend, path } = openStore()
  await backend.lease('key', 'fence', 60_000, NOW_MS)
  await backend.invalidate({ all: true }, NOW_MS)
  expectConsistent(path)
})
