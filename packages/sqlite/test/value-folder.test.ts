/** What is done to a value file, call by call: parts that the system takes or gives at a time, what is flushed and when, what is closed. */
import type * as Fs from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { ValueFolder } from '../src/value-files/value-folder.ts'
import { newPath } from './stores.ts'
import { NO_SPARES } from './value-file-sight.ts'

/** What has been asked of the filesystem, by the names of files. */
let story: string[] = []
let isFull = false
const PART_BYTES = 60_000

vi.mock('node:fs', async (importActual) => {
  const fs = await importActual<typeof Fs>()
  const names = new Map<number, string>()
  const nameOf = (file: number) => names.get(file) ?? '?'
  const promised = (run: (...given: readonly never[]) => unknown) =>
    Object.assign(() => undefined, { [promisify.custom]: run })
  return {
    ...fs,
    openSync(path: string, flags: number, mode?: number) {
      const file = fs.openSync(path, flags, mode)
      names.set(file, path.replace(/.*-values/, 'values').replace(/\/[0-9a-f]{14}$/, '/file'))
      story.push(`open ${nameOf(file)}`)
      return file
    },
    closeSync(file: number) {
      fs.closeSync(file)
      story.push(`close ${nameOf(file)}`)
    },
    write: promised(async (file: number, bytes: Uint8Array, at: number, length: number) => {
      if (isFull && at > 0) throw new Error('ENOSPC')
      const bytesWritten = fs.writeSync(file, bytes, at, Math.min(length, PART_BYTES))
      story.push(`write ${bytesWritten}`)
      return { bytesWritten }
    }),
    read: promised(async (file: number, bytes: Uint8Array, at: number, length: number, from: number | null) => {
      const bytesRead = fs.readSync(file, bytes, at, Math.min(length, PART_BYTES), from)
      return { bytesRead }
    }),
    fdatasync: promised(async (file: number) => story.push(`flush ${nameOf(file)}`)),
    fsync: promised(async (file: number) => story.push(`flush ${nameOf(file)}`)),
  }
})

afterEach(() => {
  story = []
  isFull = false
})

/** In folder `a`. */
const ID = 0x1a
const CONTENT = Buffer.from('0123456789'.repeat(13_000))

test('strict: the content is on the disk before its name, and both names before it is answered', async () => {
  const folder = new ValueFolder(newPath(), 'strict', NO_SPARES)
  await folder.write(ID, CONTENT)
  expect(story).toEqual([
    ...[
      'open values/a/file',
      'write 60000',
      'write 60000',
      'write 10000',
      'flush values/a/file',
      'close values/a/file',
    ],
    ...['open values/a', 'flush values/a', 'close values/a', 'open values', 'flush values', 'close values'],
  ])
  expect(await folder.read(ID, CONTENT.length)).toEqual(CONTENT)
})

test('relaxed: nothing is flushed', async () => {
  const folder = new ValueFolder(newPath(), 'relaxed', NO_SPARES)
  await folder.write(ID, CONTENT)
  expect(story).toEqual(['open values/a/file', 'write 60000', 'write 60000', 'write 10000', 'close values/a/file'])
})

test('what is read is closed, whether or not it is as long as it should be', async () => {
  const folder = new ValueFolder(newPath(), 'relaxed', NO_SPARES)
  await folder.write(ID, CONTENT)
  for (const [expected, found] of [
    [130_000, 130_000],
    [130_001, 130_000],
    [129_998, 129_999],
  ] as const) {
    story = []
    expect(await folder.read(ID, expected)).toHaveLength(found)
    expect(story).toEqual(['open values/a/file', 'close values/a/file'])
  }
})

test('a file that is there is not written over, nor is what a link leads to', async () => {
  const { readFileSync, symlinkSync, writeFileSync } = await import('node:fs')
  const path = newPath()
  const folder = new ValueFolder(path, 'relaxed', NO_SPARES)
  await folder.write(ID, CONTENT)
  await expect(folder.write(ID, Buffer.from('other'))).rejects.toThrow('EEXIST')
  expect(await folder.read(ID, CONTENT.length)).toEqual(CONTENT)
  writeFileSync(`${path}.mine`, 'mine')
  symlinkSync(`${path}.mine`, folder.fileOf(ID + 16))
  await expect(folder.write(ID + 16, CONTENT)).rejects.toThrow('EEXIST')
  await expect(folder.read(ID + 16, 4)).rejects.toThrow('ELOOP')
  expect(readFileSync(`${path}.mine`, 'utf8')).toBe('mine')
})

test('a write that fails leaves no file, and closes it', async () => {
  const { existsSync } = await import('node:fs')
  const folder = new ValueFolder(newPath(), 'relaxed', NO_SPARES)
  isFull = true
  await expect(folder.write(ID, CONTENT)).rejects.toThrow('ENOSPC')
  expect(existsSync(folder.fileOf(ID))).toBe(false)
  expect(story.at(-1)).toBe('close values/a/file')
})

test('what is listed is a value file only under its own name and in its own folder; all of them are private', async () => {
  const { mkdirSync, renameSync, statSync, writeFileSync } = await import('node:fs')
  const folder = new ValueFolder(newPath(), 'relaxed', NO_SPARES)
  for (const id of [ID, ID + 16, ID + 32]) await folder.write(id, CONTENT)
  expect(statSync(folder.fileOf(ID + 16)).mode & 0o777).toBe(0o600)
  const misplaced = folder.fileOf(ID + 32).replace('/a/', '/b/')
  mkdirSync(dirname(misplaced))
  renameSync(folder.fileOf(ID + 32), misplaced)
  // No folder, though named as one.
  const plain = join(folder.path, 'c')
  writeFileSync(plain, '')
  const listed = (await Array.fromAsync(folder.entries())).toSorted((one, other) => (one.path < other.path ? -1 : 1))
  expect(listed).toEqual([
    { path: folder.fileOf(ID), id: ID },
    { path: folder.fileOf(ID + 16), id: ID + 16 },
    { path: misplaced, id: undefined },
    { path: plain, id: undefined },
  ])
})
