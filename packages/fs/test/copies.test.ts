/** What is read again and again is answered from memory, as long as its file is what it was: never a moment longer. */
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { type Clock, ConfigError, systemClock } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { Layout } from '../src/layout.ts'
import { newDirectory, openCache } from './stores.ts'

/** How often the file was opened, and what others do once it has been read. */
const file = vi.hoisted(() => ({ path: '', openedCount: 0, isAnother: false, afterReading: () => {} }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    openSync(path: string, flags: number, mode?: number) {
      if (path === file.path) file.openedCount++
      return fs.openSync(path, flags, mode)
    },
    lstatSync(path: string, options: { readonly throwIfNoEntry: false }) {
      const found = fs.lstatSync(path, options)
      return file.isAnother && path === file.path && found !== undefined
        ? Object.assign(found, { ino: found.ino + 1 })
        : found
    },
    readSync(...args: [number, Buffer, number, number, number]) {
      const read = fs.readSync(...args)
      const act = file.afterReading
      file.afterReading = () => {}
      act()
      return read
    },
  }
})

beforeEach(() => {
  Object.assign(file, { path: '', openedCount: 0, isAnother: false, afterReading: () => {} })
  // What was just written is long ago.
  const now = Date.now
  const later = vi.spyOn(Date, 'now').mockImplementation(() => now() + 1_000)
  onTestFinished(() => later.mockRestore())
})

/** A cache that has `key` in memory, and another one on the same folder. */
async function kept(value: unknown = 'value', options = {}, clock?: Clock) {
  const directory = newDirectory()
  const cache = openCache(directory, options, clock)
  await cache.set('key', value, { tags: ['t'] })
  file.path = new Layout(directory).placeOf('key').path
  for (let reads = 0; reads < 3; reads++) expect(await cache.get('key')).toEqual(value)
  file.openedCount = 0
  return { directory, cache, path: file.path, other: openCache(directory, {}, clock) }
}

test('what was read three times is not read again', async () => {
  const { cache } = await kept()
  for (let reads = 0; reads < 10; reads++) expect(await cache.get('key')).toBe('value')
  expect(file.openedCount).toBe(0)
})

test('what others do to it holds at once', async () => {
  const { cache, other } = await kept()
  await other.set('key', 'later', { tags: ['t'] })
  expect(await cache.get('key')).toBe('later')
  for (let reads = 0; reads < 3; reads++) await cache.get('key')
  await other.delete('key')
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'miss', reason: 'absent' })
  await other.set('key', 'again', { tags: ['t'] })
  for (let reads = 0; reads < 4; reads++) expect(await cache.get('key')).toBe('again')
  await other.invalidate({ tags: ['t'] })
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'miss', reason: 'invalidated' })
})

test('another life of the same value holds at once', async () => {
  let nowMs = Date.now()
  const { cache, other } = await kept('value', {}, { ...systemClock, nowMs: () => nowMs, recentMs: () => nowMs })
  await other.touch('key', '2h')
  nowMs += 5_400_000
  expect(await cache.get('key')).toBe('value')
})

test('values that are set again and again are the ones that were set last', async () => {
  const { cache, other } = await kept()
  for (let at = 0; at < 200; at++) {
    await (at % 3 === 0 ? cache : other).set('key', at)
    for (let reads = 0; reads < at % 7; reads++) expect(await cache.get('key')).toBe(at)
  }
})

test('damage is seen even where the file seems as old and as long as before', async () => {
  const { cache, path } = await kept()
  const { atimeMs, mtimeMs, size } = statSync(path)
  const bytes = readFileSync(path)
  bytes[size - 3] = (bytes[size - 3] ?? 0) ^ 1
  writeFileSync(path, bytes)
  utimesSync(path, atimeMs / 1_000, mtimeMs / 1_000)
  expect(statSync(path)).toMatchObject({ mtimeMs, size })
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'miss', reason: 'undecodable' })
})

test('what is replaced just after it was read is not taken for the new one', async () => {
  const { cache, other, path } = await kept()
  await other.set('key', 'first')
  await cache.get('key')
  await cache.get('key')
  file.path = path
  const replaced: unknown[] = []
  file.afterReading = () => {
    replaced.push(other.set('key', 'other'))
    expect(readFileSync(path, 'latin1')).toContain('"other"')
  }
  await cache.get('key')
  await Promise.all(replaced)
  expect(replaced).toHaveLength(1)
  for (let reads = 0; reads < 5; reads++) expect(await cache.get('key')).toBe('other')
})

test('what was written within the grain of the clock is not kept', async () => {
  const { cache, other, path } = await kept()
  await other.set('key', 'later')
  vi.mocked(Date.now).mockReturnValue(statSync(path).ctimeMs + 10)
  file.openedCount = 0
  for (let reads = 0; reads < 6; reads++) await cache.get('key')
  expect(file.openedCount).toBe(6)
})

test('another file with the same times is not the one that was kept', async () => {
  const { cache } = await kept()
  file.isAnother = true
  await cache.get('key')
  expect(file.openedCount).toBe(1)
})

test('a new value is kept when it has been read three times itself', async () => {
  const { cache, other } = await kept()
  for (let reads = 0; reads < 2; reads++) await cache.get('key')
  await other.set('key', 'later')
  for (let reads = 0; reads < 2; reads++) await cache.get('key')
  await other.set('key', 'latest')
  file.openedCount = 0
  for (let reads = 0; reads < 6; reads++) await cache.get('key')
  expect(file.openedCount).toBe(3)
})

test.each([40_000, 9_000])(
  'a text of %i characters is not kept: it is too long, or more than there is memory',
  async (length) => {
    const { cache } = await kept('x'.repeat(length), length > 32_768 ? {} : { memoryBytes: 9_000 })
    for (let reads = 0; reads < 6; reads++) await cache.get('key')
    expect(file.openedCount).toBe(6)
  },
)

test('bytes are the own ones of each who asks', async () => {
  const { cache } = await kept(Uint8Array.of(1, 2, 3))
  const bytes = await cache.get<Uint8Array>('key')
  bytes?.fill(9)
  expect(await cache.get('key')).toEqual(Uint8Array.of(1, 2, 3))
  expect(file.openedCount).toBe(0)
})

test.each([
  ['whole seconds', 1_000_000],
  ['milliseconds', 1_000_000.123],
  ['tenths of one', 1_000_000.1234],
])('of files whose instants are %s none is kept', async (_, seconds) => {
  const { cache, path } = await kept()
  utimesSync(path, statSync(path).atimeMs / 1_000, seconds)
  for (let reads = 0; reads < 9; reads++) expect(await cache.get('key')).toBe('value')
  expect(file.openedCount).toBe(9)
})

test('of a file that a killed writer left with the instants of the system none is kept', async () => {
  const { cache, path } = await kept()
  writeFileSync(path, readFileSync(path))
  for (let reads = 0; reads < 9; reads++) expect(await cache.get('key')).toBe('value')
  expect(file.openedCount).toBe(9)
})

test.each([
  ['x', 0],
  ['é', 1],
])('a text takes what its characters take (%s)', async (last, openedCount) => {
  const { cache } = await kept('x'.repeat(3_600) + last, { memoryBytes: 18_000 })
  for (const other of ['second', 'third']) {
    await cache.set(other, 'x'.repeat(3_600) + last)
    for (let reads = 0; reads < 8; reads++) await cache.get(other)
  }
  await cache.get('key')
  expect(file.openedCount).toBe(openedCount)
})

test('no more is kept than was allowed: what was asked for longest ago goes', async () => {
  const { cache } = await kept('value', { memoryBytes: 20_000 })
  for (let at = 0; at < 20; at++) {
    await cache.set(`other ${at}`, 'x'.repeat(1_500))
    for (let reads = 0; reads < 4; reads++) await cache.get(`other ${at}`)
  }
  await cache.get('key')
  expect(file.openedCount).toBe(1)
})

test('where none is allowed each is read', async () => {
  const { cache } = await kept('value', { memoryBytes: 0 })
  for (let reads = 0; reads < 5; reads++) await cache.get('key')
  expect(file.openedCount).toBe(5)
  for (const memoryBytes of [-1, Number.NaN, 1.5]) {
    expect(() => fsBackend({ directory: newDirectory(), memoryBytes })).toThrow(ConfigError)
  }
})

test('what is written again and again does not drive out what is not', async () => {
  const { cache, other } = await kept('value', { memoryBytes: 60_000 })
  for (let at = 0; at < 200; at++) {
    await other.set('busy', 'x'.repeat(2_000))
    for (let reads = 0; reads < 4; reads++) await cache.get('busy')
  }
  await cache.get('key')
  expect(file.openedCount).toBe(0)
})
