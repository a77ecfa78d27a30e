/** Which entries leave for want of room, and what is remembered of uses. */
import { statSync } from 'node:fs'
import type { Cache } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Layout } from '../src/layout.ts'
import { newDirectory, openCache } from './stores.ts'

async function fill(cache: Cache, count: number): Promise<void> {
  for (let at = 0; at < count; at++) await cache.set(`key ${at}`, at)
}

async function kept(cache: Cache, count: number): Promise<readonly number[]> {
  const found: number[] = []
  for await (const { key } of cache.entries()) found.push(Number(String(key).slice(4)))
  return found.filter((at) => at < count).sort((a, b) => a - b)
}

test('lru: what was used longest ago leaves first; fifo: what was written longest ago; none: the write is refused', async () => {
  const lru = openCache(newDirectory(), { maxEntries: 10 })
  const fifo = openCache(newDirectory(), { maxEntries: 10, eviction: 'fifo' })
  for (const cache of [lru, fifo]) {
    await fill(cache, 10)
    for (const at of [0, 2, 4]) await cache.get(`key ${at}`)
    for (const at of [10, 11, 12, 13]) await cache.set(`key ${at}`, at)
  }
  expect(await kept(lru, 10)).toEqual([0, 2, 4, 7, 8, 9])
  expect(await kept(fifo, 10)).toEqual([4, 5, 6, 7, 8, 9])
  const none = openCache(newDirectory(), { maxEntries: 3, eviction: 'none' })
  await fill(none, 3)
  expect(await none.set('key 3', 3)).toEqual({ outcome: 'refused', reason: 'admission' })
  expect(await none.set('key 2', 'again')).toEqual({ outcome: 'stored' })
  expect(await kept(none, 10)).toEqual([0, 1, 2])
})

test('what has expired leaves before anything that has not', async () => {
  const cache = openCache(newDirectory(), { maxEntries: 5 })
  await fill(cache, 4)
  await cache.set('key 4', 4, { ttl: 1 })
  while ((await cache.get('key 4')) !== undefined) await new Promise(setImmediate)
  await cache.set('key 5', 5)
  expect(await kept(cache, 10)).toEqual([0, 1, 2, 3, 5])
})

test('uses are remembered over closing, and another process that is open learns of them', async () => {
  const directory = newDirectory()
  const other = openCache(directory, { maxEntries: 10 })
  await fill(other, 10)
  const first = openCache(directory, { maxEntries: 10 })
  for (const at of [0, 1, 2]) await first.get(`key ${at}`)
  await first.close()
  for (const at of [10, 11, 12]) await other.set(`key ${at}`, at)
  expect(await kept(other, 10)).toEqual([0, 1, 2, 6, 7, 8, 9])
})

test('in a store of thousands what is used lately is kept, by and large', { timeout: 60_000 }, async () => {
  const cache = openCache(newDirectory(), { maxEntries: 1_500 })
  await fill(cache, 1_500)
  for (let at = 0; at < 300; at++) await cache.get(`key ${at}`)
  for (let at = 1_500; at < 2_200; at++) await cache.set(`key ${at}`, at)
  const found = await kept(cache, 300)
  expect(found.length).toBeGreaterThan(280)
})

test('a read changes none of its file', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value')
  const { path } = new Layout(directory).placeOf('key')
  const before = statSync(path, { bigint: true })
  await cache.get('key')
  const after = statSync(path, { bigint: true })
  expect([after.atimeNs, after.mtimeNs, after.ctimeNs]).toEqual([before.atimeNs, before.mtimeNs, before.ctimeNs])
})

test('who never chose a limit is told once when entries begin to leave for it', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
  const { limitWarning } = await import('../src/limit-warning.ts')
  const { planFs } = await import('../src/options.ts')
  const told = limitWarning(planFs({ directory: 'x' }))
  told()
  told()
  expect(warn).toHaveBeenCalledTimes(1)
  expect(String(warn.mock.calls[0]?.[0])).toMatch(/full at 500 MB, the default/)
  limitWarning(planFs({ directory: 'x', maxEntries: 3 }))()
  expect(warn).toHaveBeenCalledTimes(1)
})

test('a replacement takes the room that it adds, and no more: nobody leaves for the rest', async () => {
  const cache = openCache(newDirectory(), { maxBytes: 3 * 4_096 })
  await fill(cache, 3)
  await cache.set('key 0', 'again')
  expect(await kept(cache, 3)).toEqual([0, 1, 2])
  await cache.set('key 0', 'x'.repeat(5_000))
  expect(await kept(cache, 3)).toEqual([0, 2])
})

test('a value that is not admitted does not leave the older one in its place', async () => {
  const cache = openCache(newDirectory(), { maxBytes: 3 * 4_096, eviction: 'none' })
  await fill(cache, 3)
  expect(await cache.set('key 0', 'x'.repeat(5_000))).toEqual({ outcome: 'refused', reason: 'admission' })
  expect(await kept(cache, 3)).toEqual([1, 2])
})
