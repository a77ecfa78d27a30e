/** Regression: inodes beyond 2^53 were compared as doubles, so that a journal that had come in place of another was taken for it: invalidations were not heard of. */
import type * as Fs from 'node:fs'
import { linkSync, statSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { Journal } from '../../src/journal.ts'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

/** So far beyond 2^53 that all inodes of a disk are one as a double. */
const BEYOND = 2n ** 90n

vi.mock('node:fs', async (importActual) => {
  const fs = await importActual<typeof Fs>()
  const moved = <Found extends object | undefined>(found: Found): Found => {
    if (found === undefined || !('ino' in found)) return found
    const ino = BEYOND + BigInt(String(found.ino))
    return Object.assign(found, { ino: typeof found.ino === 'bigint' ? ino : Number(ino) })
  }
  return {
    ...fs,
    lstatSync: (path: string, options: Fs.StatSyncOptions) => moved(fs.lstatSync(path, options)),
    statSync: (path: string, options: Fs.StatSyncOptions) => moved(fs.statSync(path, options)),
    fstatSync: (file: number, options: Fs.StatOptions) => moved(fs.fstatSync(file, options)),
  }
})

test('who follows a journal finds the one that has come in its place', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 1, { tags: ['t'] })
  const { journal: path } = new Layout(directory)
  const follower = new Journal(path, 'relaxed')
  follower.follow()
  expect(follower.marks.epoch).toBe(0)
  linkSync(path, `${path}-of-a-copy`)
  const before = statSync(path, { bigint: true }).ino
  await cache.invalidate({ tags: ['t'] })
  expect(statSync(path, { bigint: true }).ino).not.toBe(before)
  follower.follow()
  expect(follower.marks.epoch).toBe(1)
  follower.close()
})

test('what has been read by one process and written by another is found as it is', async () => {
  const directory = newDirectory()
  const [one, other] = [openCache(directory), openCache(directory)]
  for (const value of ['short', 'long'.repeat(100_000), 'longer'.repeat(100_000), 'short again']) {
    await one.set('key', value)
    expect(await other.get('key')).toBe(value)
  }
  expect(await other.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0 })
})
