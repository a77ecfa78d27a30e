/** A large value is written over the file of one that was replaced just before: nobody sees parts of two, and nothing else keeps such a file. */
import type * as Fs from 'node:fs'
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createCache, yieldToLoop } from '@stowage/core'
import type { SqliteBackend } from '@stowage/sqlite'
import { afterEach, expect, test, vi } from 'vitest'
import { checkAll, held, NOTHING_WRONG, NOW_MS, put, sweepAll } from './entries.ts'
import { expectConsistent, rowCount, valueFiles } from './inspection.ts'
import { newPath, openStore } from './stores.ts'
import { filesOf, onlyFile } from './value-file-sight.ts'

/** What is done while a file is read, once. */
let whileReading: (() => Promise<unknown>) | undefined

vi.mock('node:fs', async (importActual) => {
  const fs = await importActual<typeof Fs>()
  async function read(file: number, bytes: Uint8Array, at: number, length: number) {
    const act = whileReading
    whileReading = undefined
    await act?.()
    return { bytesRead: fs.readSync(file, bytes, at, length, null) }
  }
  return { ...fs, read: Object.assign(() => undefined, { [Symbol.for('nodejs.util.promisify.custom')]: read }) }
})

afterEach(() => {
  whileReading = undefined
  vi.useRealTimers()
})

const text = (letter: string, length = 200_000): string => letter.repeat(length)

/** A store whose value has just been replaced; `inode` is that of the file of the first one. */
async function replaced(limits = {}): Promise<{ backend: SqliteBackend; path: string; inode: number; file: string }> {
  const { backend, path } = openStore(limits)
  await put(backend, 'key', text('a'))
  const file = onlyFile(path)
  const inode = statSync(file).ino
  await put(backend, 'key', text('b'))
  return { backend, path, inode, file }
}

test.each([
  ['as long', 200_000],
  ['shorter', 140_000],
  ['longer', 350_000],
])('the next value goes over the replaced one: %s', async (_, length) => {
  const { backend, path, inode } = await replaced()
  await put(backend, 'other', text('c', length))
  expect(await held(backend, 'other')).toBe(text('c', length))
  expect(await held(backend, 'key')).toBe(text('b'))
  const files = await filesOf(backend, path)
  expect(files.map((file) => statSync(file).ino)).toContain(inode)
  expect(new Set(files.map((file) => statSync(file).size))).toEqual(new Set([200_002, length + 2]))
  expect(await checkAll(backend, 'look')).toMatchObject({ entries: 2, ...NOTHING_WRONG })
})

test.each([
  ['more than twice as long', 131_070, 280_000],
  ['less than half as long', 280_000, 131_070],
])('one that is %s takes a new file', async (_, nextLength, length) => {
  const { backend, path } = openStore()
  await put(backend, 'key', text('a', length))
  const { ino } = statSync(onlyFile(path))
  await put(backend, 'key', text('b', nextLength))
  await put(backend, 'other', text('c', nextLength))
  expect((await filesOf(backend, path)).map((file) => statSync(file).ino)).not.toContain(ino)
})

test('nothing of it stays: after a moment, a sweep, or the end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const first = await replaced()
  expect(valueFiles(first.path)).toHaveLength(2)
  vi.advanceTimersByTime(20)
  await vi.waitFor(() => expect(valueFiles(first.path)).toHaveLength(1))
  const second = await replaced()
  await sweepAll(second.backend)
  expect(valueFiles(second.path)).toHaveLength(1)
  const third = await replaced()
  await third.backend.close()
  expect(valueFiles(third.path)).toHaveLength(1)
  expectConsistent(third.path)
  const fourth = await replaced()
  void fourth.backend.delete('key', NOW_MS, undefined)
  void put(fourth.backend, 'other', text('c'))
  await fourth.backend.close()
  expect(valueFiles(fourth.path)).toHaveLength(1)
})

test('where the cache may take little of the disk none is kept', async () => {
  const { backend, path } = await replaced({ maxBytes: '12MB' })
  await vi.waitFor(() => expect(valueFiles(path)).toHaveLength(1))
  expect(await held(backend, 'key')).toBe(text('b'))
})

test('a few files are used in turn, and their rows go with them', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { backend, path } = openStore()
  const inodes = new Set<number>()
  for (let at = 0; at < 16; at++) {
    await put(backend, 'key', text('a', 1_000_000 + at))
    for (const file of valueFiles(path)) inodes.add(statSync(file).ino)
  }
  expect(inodes.size).toBeLessThan(4)
  expect(rowCount(path, 'file')).toBeLessThan(4)
})

test('no more than four are kept, and no more than four megabytes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  for (const [length, count] of [
    [200_000, 4],
    [1_500_000, 2],
  ] as const) {
    const { backend, path } = openStore()
    const keys = Array.from({ length: 6 }, (_, at) => `key ${at}`)
    await Promise.all(keys.map((key) => put(backend, key, text('a', length))))
    await Promise.all(keys.map(async (key) => backend.delete(key, NOW_MS, undefined)))
    // The others are being deleted; waiting by the clock would end the moment of those that are kept.
    for (let turn = 0; turn < 10_000 && valueFiles(path).length > count; turn++) await yieldToLoop()
    expect(valueFiles(path)).toHaveLength(count)
  }
})

test('a file with a second name is left as it is', async () => {
  const { backend, file } = await replaced()
  const copy = newPath()
  linkSync(file, copy)
  await put(backend, 'other', text('c'))
  expect(readFileSync(copy, 'utf8')).toBe(JSON.stringify(text('a')))
  expect(await held(backend, 'other')).toBe(text('c'))
})

test('nothing is written over while a backup is being taken', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', text('a'))
  const file = onlyFile(path)
  const ended = backend.backup(newPath(), {
    onProgress: () => {
      void put(backend, 'key', text('b'))
      void put(backend, 'key', text('c'))
    },
  })
  await ended
  await put(backend, 'key', text('d'))
  await put(backend, 'key', text('e'))
  expect(readFileSync(file, 'utf8')).toBe(JSON.stringify(text('a')))
})

test("who deletes it is in nobody's way", async () => {
  const { backend, file } = await replaced()
  rmSync(file)
  await put(backend, 'other', text('c'))
  expect(await held(backend, 'other')).toBe(text('c'))
})

test('who has it open while another value is written over it looks again, and misses nothing', async () => {
  const { backend } = openStore()
  const cache = createCache({ backend, ttl: '1h' })
  await cache.set('key', text('a'))
  whileReading = async () => {
    await cache.set('key', text('b'))
    await cache.set('key', text('c'))
  }
  expect(String(await cache.get('key')).at(0)).toBe('c')
  await cache.set('key', text('d'))
  await sweepAll(backend)
  whileReading = async () => {
    await cache.delete('key')
    await cache.set('other', text('e'))
  }
  expect(await cache.get('key')).toBe(undefined)
  expect(String(await cache.get('other')).at(0)).toBe('e')
  expect(cache.stats().removed.undecodable).toBe(0)
})

test('damage is told as such, and goes', async () => {
  const { backend, path } = openStore()
  const cache = createCache({ backend, ttl: '1h' })
  for (const damage of ['x', text('x', 200_002)]) {
    await cache.set('key', text('a'))
    await sweepAll(backend)
    writeFileSync(onlyFile(path), damage)
    expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'undecodable' })
    await vi.waitFor(async () => expect(await cache.lookup('key')).toMatchObject({ reason: 'absent' }))
  }
  expect(await backend.get('key', NOW_MS)).toBe('absent')
})
