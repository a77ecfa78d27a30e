/** Regression: under `durability: 'strict'` a power cut could take back the new life of an entry that had been touched or expired, also long after the call had answered. */
import { linkSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

const disk = vi.hoisted(() => ({ steps: [] as string[] }))

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>()
  const { fsync } = actual
  const told = (descriptor: number, callback: (thrown: Error | null) => void): void => {
    const path = actual.readlinkSync(`/proc/self/fd/${descriptor}`)
    fsync(descriptor, (thrown) => {
      disk.steps.push(`fsync ${path}`)
      callback(thrown)
    })
  }
  return {
    ...actual,
    fsync: told,
    futimesSync(...call: Parameters<typeof actual.futimesSync>) {
      actual.futimesSync(...call)
      disk.steps.push('new times')
    },
  }
})

async function filled(durability: 'relaxed' | 'strict') {
  const directory = newDirectory()
  const layout = new Layout(directory)
  const cache = openCache(directory, { durability })
  await cache.set('key', 1)
  const { path, shard } = layout.placeOf('key')
  disk.steps.length = 0
  return { cache, path, folder: layout.shardFolder(shard) }
}

const linux = test.runIf(process.platform === 'linux')

linux('it is on the disk before a touch or an expire answers', async () => {
  const { cache, path } = await filled('strict')
  expect(await cache.touch('key', '2h')).toBe(true)
  expect(disk.steps).toEqual(['new times', `fsync ${path}`])
  disk.steps.length = 0
  await cache.expire({ key: 'key' })
  expect(disk.steps).toEqual(['new times', `fsync ${path}`])
})

linux('and its name, where the entry got a file of its own', async () => {
  const { cache, path, folder } = await filled('strict')
  linkSync(path, `${folder}.copy`)
  expect(await cache.touch('key', '2h')).toBe(true)
  expect(disk.steps).toEqual(['new times', `fsync ${path}`, `fsync ${folder}`])
})

linux('what is not there is not waited for', async () => {
  const { cache } = await filled('strict')
  expect(await cache.touch('none', '2h')).toBe(false)
  expect(disk.steps).toEqual([])
})

linux('nor is the disk where that was not asked for', async () => {
  const { cache } = await filled('relaxed')
  expect(await cache.touch('key', '2h')).toBe(true)
  expect(disk.steps).toEqual(['new times'])
})
