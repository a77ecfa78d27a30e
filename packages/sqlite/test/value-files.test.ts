/** Large values are in files of their own, which come and go with their entries, whatever happens in between. */
import { mkdirSync, renameSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Backend, ConfigError } from '@stowage/core'
import { expect, test } from 'vitest'
import { entryOf, held, NOW_MS, put } from './entries.ts'
import { alter, expectConsistent, valueFiles } from './inspection.ts'
import { attach, newPath, openStore } from './stores.ts'
import { filesOf, large, onlyFile } from './value-file-sight.ts'

test('a value of 128 KiB or more is in a file that only its owner can read, smaller ones in the row', async () => {
  const { backend, path } = openStore()
  await put(backend, 'small', 'x'.repeat(131_000))
  expect(valueFiles(path)).toEqual([])
  for (const value of ['x'.repeat(131_072), '\u{1f4a9}'.repeat(40_000), new Uint8Array(131_072).fill(7)]) {
    await put(backend, 'key', value)
    expect(await held(backend, 'key')).toEqual(value)
    expect(await filesOf(backend, path)).toHaveLength(1)
  }
  const file = onlyFile(path)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  for (const folder of [dirname(file), `${path}-values`]) expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('strict: a file is stored as well', async () => {
  const { backend } = openStore({ durability: 'strict' })
  expect(await put(backend, 'key', large('a'))).toBe('stored')
  expect(await held(backend, 'key')).toBe(large('a'))
})

test.each<[string, (backend: Backend) => unknown]>([
  ['overwriting it with a small one', (backend) => put(backend, 'key', 1)],
  ['deleting it', (backend) => backend.delete('key', NOW_MS, undefined)],
  ['its expiry', (backend) => backend.sweep(NOW_MS + 3_600_000)],
  ['invalidating a tag', (backend) => backend.invalidate({ tags: ['t'] }, NOW_MS)],
  ['invalidating a prefix', (backend) => backend.invalidate({ prefix: 'k' }, NOW_MS)],
  ['clearing', (backend) => backend.invalidate({ all: true }, NOW_MS)],
  [
    'eviction',
    async (backend) => {
      for (let at = 0; at < 3; at++) await put(backend, `other ${at}`, at)
    },
  ],
  [
    'a write that is refused',
    (backend) => backend.set('key', { ...entryOf('key', large('b')), maxBytes: 9 }, NOW_MS, undefined),
  ],
])('after %s the file is gone', async (_, remove) => {
  const { backend, path } = openStore({ maxEntries: 3 })
  await put(backend, 'key', large('a'), { tags: ['t'] })
  expect(valueFiles(path)).toHaveLength(1)
  await remove(backend)
  expect(await filesOf(backend, path)).toEqual([])
})

test('overwriting leaves one file, and close waits until the old one is gone', async () => {
  const path = newPath()
  const backend = attach(path)
  for (const letter of 'abcdef') await put(backend, 'key', large(letter))
  await backend.close()
  expect(valueFiles(path)).toHaveLength(1)
  expect(await held(attach(path), 'key')).toBe(large('f'))
  expectConsistent(path)
})

test('close waits for a large value on its way, and refuses those that come later', async () => {
  const path = newPath()
  const backend = attach(path)
  const writing = put(backend, 'key', large('a'))
  const closing = backend.close()
  await expect(put(backend, 'later', large('b'))).rejects.toThrow(/after close/)
  await closing
  expect(await writing).toBe('stored')
  expect(await held(attach(path), 'key')).toBe(large('a'))
})

test('a removal that is rolled back deletes no file, and a write that fails leaves none', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', large('a'))
  alter(path, "CREATE TRIGGER no BEFORE DELETE ON stowage_entry_v1 BEGIN SELECT RAISE(ABORT, 'not now'); END")
  alter(path, "CREATE TRIGGER nor BEFORE INSERT ON stowage_entry_v1 BEGIN SELECT RAISE(ABORT, 'not now'); END")
  const failing = [
    async () => backend.delete('key', NOW_MS, undefined),
    () => put(backend, 'other', large('b')),
    () => put(backend, 'small', 1),
  ].map((run) => run())
  for (const result of await Promise.allSettled(failing)) expect(result.status).toBe('rejected')
  alter(path, 'DROP TRIGGER no; DROP TRIGGER nor')
  expect(await held(backend, 'key')).toBe(large('a'))
  expect(await filesOf(backend, path)).toHaveLength(1)
})

test('writes of one transaction that is done again one by one keep their files', async () => {
  const { backend, path } = openStore()
  await put(backend, 'gone', large('a'))
  alter(
    path,
    "CREATE TRIGGER no BEFORE INSERT ON stowage_entry_v1 WHEN NEW.key = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END",
  )
  const [, bad, good] = await Promise.allSettled([
    Promise.all(['x', 'y'].map((key) => put(backend, key, 1))),
    put(backend, 'bad', 1),
    put(backend, 'gone', large('b')),
    backend.delete('gone', NOW_MS, undefined),
    put(backend, 'good', large('c')),
  ])
  expect([bad?.status, good?.status]).toEqual(['rejected', 'fulfilled'])
  expect(await held(backend, 'gone')).toBe('miss: absent')
  expect(await held(backend, 'good')).toBe(large('c'))
  expect(await filesOf(backend, path)).toHaveLength(1)
})

test('a write that cannot be finished leaves the older value, and nothing of itself', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', 'old')
  writeFileSync(`${path}-values`, 'in the way')
  await expect(put(backend, 'key', large('a'))).rejects.toThrow(/ENOTDIR|EEXIST/)
  unlinkSync(`${path}-values`)
  expect(await held(backend, 'key')).toBe('old')
  expect(await filesOf(backend, path)).toEqual([])
})

test('a value leaves for one that does not fit beside it: the limit holds; should that fail, neither is there', async () => {
  const path = newPath()
  const backend = attach(path, { maxBytes: 2_000_000 })
  for (const letter of 'ab') expect(await put(backend, 'key', letter.repeat(1_000_000))).toBe('stored')
  expect(await held(backend, 'key')).toBe('b'.repeat(1_000_000))
  renameSync(`${path}-values`, `${path}-elsewhere`)
  writeFileSync(`${path}-values`, 'in the way')
  await expect(put(backend, 'key', 'c'.repeat(1_000_000))).rejects.toThrow(/ENOTDIR|EEXIST/)
  unlinkSync(`${path}-values`)
  expect(await held(backend, 'key')).toBe('miss: absent')
  expectConsistent(path)
  expect(await put(backend, 'key', 'd'.repeat(1_000_000))).toBe('stored')
  expect(await held(backend, 'key')).toBe('d'.repeat(1_000_000))
})

test('a folder of values that is none is refused', () => {
  const path = newPath()
  mkdirSync(`${path}-elsewhere`)
  symlinkSync(`${path}-elsewhere`, `${path}-values`)
  expect(() => attach(path)).toThrow(ConfigError)
})
