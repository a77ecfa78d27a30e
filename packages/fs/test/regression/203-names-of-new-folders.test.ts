/** Regression: under `durability: 'strict'` the names of new folders were not brought to the disk: a power cut could take an acknowledged entry with the folder that was made for it. */
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test, vi } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

const disk = vi.hoisted(() => ({ synced: [] as string[] }))

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>()
  const { fsync, fsyncSync } = actual
  const note = (descriptor: number): void => {
    disk.synced.push(actual.readlinkSync(`/proc/self/fd/${descriptor}`))
  }
  return {
    ...actual,
    fsync(descriptor: number, callback: (thrown: Error | null) => void): void {
      note(descriptor)
      fsync(descriptor, callback)
    },
    fsyncSync(descriptor: number): void {
      note(descriptor)
      fsyncSync(descriptor)
    },
  }
})

const linux = test.runIf(process.platform === 'linux')

/** In their order, the folders that were brought to the disk since the last question. */
function syncedOf(folders: readonly string[]): readonly string[] {
  return disk.synced.splice(0).filter((path) => folders.includes(path))
}

linux('they are, with the first entry in each', async () => {
  const directory = newDirectory()
  const layout = new Layout(directory)
  const shard = layout.shardFolder(layout.placeOf('key').shard)
  const folders = [dirname(directory), directory, layout.entries, shard]
  const cache = openCache(directory, { durability: 'strict' })
  // Of the folder itself, and of its marker, its two folders, and the journal.
  expect(syncedOf(folders)).toEqual([dirname(directory), directory, directory, directory, directory])
  await cache.set('key', 1)
  expect(syncedOf(folders)).toEqual([shard, layout.entries, directory])
  await cache.set('key', 2)
  expect(syncedOf(folders)).toEqual([shard])
  rmSync(shard, { recursive: true })
  await cache.set('key', 3)
  expect(syncedOf(folders)).toEqual([shard, layout.entries])
  // Another process may have made it.
  const other = openCache(directory, { durability: 'strict' })
  await other.set('key', 4)
  expect(syncedOf(folders)).toEqual([shard, layout.entries, directory])
})

linux('nothing but the place of the cache is, where that was not asked for', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  disk.synced.length = 0
  await cache.set('key', 1)
  expect(disk.synced).toEqual([])
})
