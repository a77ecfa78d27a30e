/** Gets in a row share a view of the file: for how long, and what ends it. Time does not pass by itself here. */
import { rmSync } from 'node:fs'
import { yieldToLoop } from '@stowage/core'
import Sqlite from 'better-sqlite3'
import { beforeEach, expect, test, vi } from 'vitest'
import { held, put } from './entries.ts'
import { alter, valueFiles } from './inspection.ts'
import { attach, openStore } from './stores.ts'
import { large } from './value-file-sight.ts'

const elapsed = { ms: 0 }

beforeEach(() => {
  elapsed.ms = 0
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => elapsed.ms)
  return () => spy.mockRestore()
})

const FORGET = "DELETE FROM stowage_entry_v1 WHERE key = 'key'"

/** A store with one entry, and a view of it that is open. */
async function viewedStore(): Promise<ReturnType<typeof openStore>> {
  const store = openStore()
  await put(store.backend, 'key', 'value')
  await yieldToLoop()
  for (let look = 0; look < 2; look++) expect(await held(store.backend, 'key')).toBe('value')
  return store
}

test('gets in a row look at one view', async () => {
  const { backend, path } = await viewedStore()
  alter(path, FORGET)
  expect(await held(backend, 'key')).toBe('value')
})

test('the first get of a turn looks for itself', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', 'value')
  for (let turn = 0; turn < 2; turn++) {
    await yieldToLoop()
    expect(await held(backend, 'key')).toBe('value')
  }
  alter(path, FORGET)
  expect(await held(backend, 'key')).toBe('miss: absent')
})

test('the view ends with the turn of the loop', async () => {
  const { backend, path } = await viewedStore()
  alter(path, FORGET)
  await yieldToLoop()
  expect(await held(backend, 'key')).toBe('miss: absent')
})

test('the view ends after a millisecond, though the loop does not turn', async () => {
  const { backend, path } = await viewedStore()
  alter(path, FORGET)
  elapsed.ms += 1
  expect(await held(backend, 'key')).toBe('miss: absent')
})

test('a view ends before anything is written, also by another cache of the same thread', async () => {
  const { backend, path } = await viewedStore()
  const other = attach(path)
  await put(other, 'key', 'newer')
  expect(await held(backend, 'key')).toBe('newer')
  expect(await held(backend, 'key')).toBe('newer')
  await backend.delete('key', 0, undefined)
  expect(await held(other, 'key')).toBe('miss: absent')
})

test('no operation but a get looks at it', async () => {
  const { backend, path } = await viewedStore()
  alter(path, 'UPDATE stowage_meta_v1 SET entry_count = 7')
  expect(await backend.usage(0)).toMatchObject({ entryCount: 7 })
})

test('nothing is left open that would keep the log from being written back', async () => {
  const { path } = await viewedStore()
  await yieldToLoop()
  const other = new Sqlite(path)
  expect(other.pragma('wal_checkpoint(TRUNCATE)', { simple: true })).toBe(0)
  other.close()
})

test('a view that fails is given up, and the next get looks anew', async () => {
  const { backend, path } = await viewedStore()
  elapsed.ms += 1
  alter(path, 'ALTER TABLE stowage_meta_v1 RENAME TO gone')
  await expect(held(backend, 'key')).rejects.toThrow('stowage_meta_v1')
  alter(path, 'ALTER TABLE gone RENAME TO stowage_meta_v1')
  expect(await held(backend, 'key')).toBe('value')
})

test('a view that fails tells nothing: what is in memory is asked for anew', async () => {
  const { backend, path } = await viewedStore()
  for (let read = 0; read < 3; read++) await held(backend, 'key')
  await yieldToLoop()
  elapsed.ms += 10_000
  alter(path, FORGET)
  alter(path, 'ALTER TABLE stowage_meta_v1 RENAME TO gone')
  await expect(held(backend, 'none')).rejects.toThrow('stowage_meta_v1')
  await expect(held(backend, 'none')).rejects.toThrow('stowage_meta_v1')
  alter(path, 'ALTER TABLE gone RENAME TO stowage_meta_v1')
  expect(await held(backend, 'key')).toBe('miss: absent')
})

test('where a value file has gone, the row is looked at as it is now', async () => {
  const { backend, path } = openStore()
  await put(backend, 'large', large('a'))
  await put(backend, 'key', 'value')
  await yieldToLoop()
  for (let look = 0; look < 2; look++) expect(await held(backend, 'key')).toBe('value')
  alter(path, "DELETE FROM stowage_entry_v1 WHERE key = 'large'")
  for (const file of valueFiles(path)) rmSync(file)
  expect(await held(backend, 'large'), 'no entry whose file is missing').toBe('miss: absent')
})
