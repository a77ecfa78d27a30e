/** Regression: one file that the disk could not read any more (EIO) failed every invalidation by prefix, sweep, listing and check, and every write that was to evict it while somebody listened. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

const disk = vi.hoisted(() => ({ badPath: '' }))

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>()
  return {
    ...actual,
    openSync(path: string, flags: number, mode?: number) {
      if (path === disk.badPath) throw Object.assign(new Error('EIO: i/o error, open'), { code: 'EIO' })
      return actual.openSync(path, flags, mode)
    },
  }
})

async function withBadFile(options: { readonly maxEntries?: number } = {}, value: unknown = 1) {
  const directory = newDirectory()
  const cache = openCache(directory, options)
  await cache.set('bad', value)
  disk.badPath = new Layout(directory).placeOf('bad').path
  onTestFinished(() => {
    disk.badPath = ''
  })
  await expect(cache.get('bad')).rejects.toThrow('EIO')
  return cache
}

test('what is invalidated by prefix goes, and it as well, as it may be covered', async () => {
  const cache = await withBadFile()
  await cache.set('other', 1)
  await cache.set('kept', 1)
  await cache.invalidate({ prefix: 'o' })
  disk.badPath = ''
  expect([await cache.get('other'), await cache.get('bad'), await cache.get('kept')]).toEqual([undefined, undefined, 1])
  expect(await cache.check()).toMatchObject({ entries: 1, wrong: 0 })
})

test('it is passed over by listings and sweeps, and is there when it can be read again', async () => {
  const cache = await withBadFile()
  await cache.set('key', 1)
  await cache.invalidate({ tags: ['t'] })
  await cache.sweep()
  expect((await Array.fromAsync(cache.keys())).map(String)).toEqual(['key'])
  disk.badPath = ''
  expect(await cache.get('bad')).toBe(1)
})

test.each([
  ['small', 1],
  ['large', 'x'.repeat(300_000)],
])('a check tells of it, and with repair it goes (%s)', async (_, value) => {
  const cache = await withBadFile({}, value)
  await cache.set('key', 1)
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 1 })
  expect(await cache.check({ repair: true })).toMatchObject({ entries: 1, torn: 1, repaired: 1 })
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0 })
  disk.badPath = ''
  expect(await cache.get('bad')).toBeUndefined()
})

test('it can be deleted', async () => {
  const cache = await withBadFile()
  await cache.delete('bad')
  disk.badPath = ''
  expect(await cache.get('bad')).toBeUndefined()
})

test('it leaves when others need its room', async () => {
  const cache = await withBadFile({ maxEntries: 1 })
  cache.on('removal', () => undefined)
  expect(await cache.set('key', 1)).toEqual({ outcome: 'stored' })
  disk.badPath = ''
  expect(await cache.get('bad')).toBeUndefined()
})
