/** Regression: under `durability: 'strict'` an invalidation that had been noted failed with EBADF where the journal was replaced, or the backend closed, while the thread pool was to bring it to the disk; at worst another file was brought there in its place. */
import { renameSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

const disk = vi.hoisted(() => ({ meanwhile: (): unknown => undefined, synced: [] as string[] }))

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>()
  const { fsync } = actual
  const late = (descriptor: number, callback: (thrown: Error | null) => void): void => {
    disk.meanwhile()
    disk.synced.push(actual.readlinkSync(`/proc/self/fd/${descriptor}`))
    fsync(descriptor, callback)
  }
  return { ...actual, fsync: late }
})

test.runIf(process.platform === 'linux')('it is done, whoever lets go of the journal meanwhile', async () => {
  const directory = newDirectory()
  const { journal } = new Layout(directory)
  const cache = openCache(directory, { durability: 'strict' })
  const other = openCache(directory)
  await cache.set('key', 1, { tags: ['t'] })
  disk.synced.length = 0
  disk.meanwhile = () => {
    disk.meanwhile = () => undefined
    renameSync(journal, `${journal}.aside`)
    // Looks for the journal, and lets go of the one that was open.
    return Promise.all([cache.get('key'), other.get('key')])
  }
  await cache.invalidate({ tags: ['t'] })
  expect(disk.synced).toEqual([`${journal}.aside`])
  expect(await cache.get('key')).toBeUndefined()
})
