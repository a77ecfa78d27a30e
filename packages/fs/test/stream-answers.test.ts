/** Of which entries a stream is given, and what reading one does. */
import { copyFileSync, truncateSync } from 'node:fs'
import { createCache } from '@stowage/core'
import { type FsOptions, fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { Layout } from '../src/layout.ts'
import { newDirectory, openCache } from './stores.ts'

function opened(options: Partial<FsOptions> = {}) {
  const directory = newDirectory()
  const files = fsBackend({ directory, ...options })
  const cache = createCache({ backend: files, ttl: '1h', onFault: 'throw' })
  onTestFinished(() => cache.close())
  const put = (key: string, bytes: number) => files.setStream(key, [Buffer.alloc(bytes)], { ttl: '1h', tags: ['t'] })
  const read = async (key: string) => {
    const found = await files.getStream(key)
    return found && Buffer.concat(await Array.fromAsync(found.stream)).length
  }
  return { directory, cache, put, read, layout: new Layout(directory) }
}

test.each([100, 200_000])(
  'not of another key’s file in its place, nor of what another has invalidated (%d bytes)',
  async (bytes) => {
    const { directory, put, read, layout } = opened()
    for (const key of ['key', 'other']) await put(key, bytes)
    await openCache(directory).invalidate({ tags: ['t'] })
    expect(await read('key')).toBeUndefined()
    for (const key of ['key', 'other']) await put(key, bytes)
    copyFileSync(layout.placeOf('other').path, layout.placeOf('key').path)
    expect([await read('key'), await read('other')]).toEqual([undefined, bytes])
  },
)

test('listeners hear of one that turns out to be damaged', async () => {
  const { cache, put, read, layout } = opened()
  await put('key', 400_000)
  truncateSync(layout.placeOf('key').path, 300_000)
  const told: unknown[] = []
  cache.on('removal', ({ key, cause }) => told.push([key, cause]))
  await expect(read('key')).rejects.toThrow(/not what was written/)
  expect(told).toEqual([['key', 'undecodable']])
})

test.each([100, 200_000])('reading one is a use (%d bytes)', async (bytes) => {
  const { cache, put, read } = opened({ maxEntries: 3 })
  for (const key of ['a', 'b', 'c']) await put(key, bytes)
  expect(await read('a')).toBe(bytes)
  await cache.set('d', 1)
  expect([await read('a'), await read('b')]).toEqual([bytes, undefined])
})
