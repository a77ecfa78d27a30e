/** Which entries leave for want of room, and what is remembered of uses. */
import { existsSync, statSync } from 'node:fs'
import type { Cache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { close } from '../src/closing.ts'
import { Layout, SHARD_COUNT } from '../src/layout.ts'
import { openStore } from '../src/open-store.ts'
import { planFs } from '../src/options.ts'
import { nextRankMs } from '../src/recency.ts'
import { relieveDisk } from '../src/room.ts'
import { storeSmall } from '../src/storing.ts'
import { usageOf } from '../src/usage.ts'
import { writingOf } from './bare-backend.ts'
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
  const clock = createFakeClock()
  const cache = openCache(newDirectory(), { maxEntries: 5 }, clock)
  await fill(cache, 4)
  await cache.set('key 4', 4, { ttl: 1 })
  clock.advanceMs(1)
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

test('the entry that is being replaced is not what leaves for it', async () => {
  const cache = openCache(newDirectory(), { maxBytes: 3 * 4_096 })
  await fill(cache, 3)
  await cache.set('key 0', 'x'.repeat(5_000))
  expect(await kept(cache, 3)).toEqual([0, 2])
  expect(await cache.check()).toMatchObject({ entries: 2, wrong: 0 })
})

test('what is used after the first has left is kept, too', async () => {
  const cache = openCache(newDirectory(), { maxEntries: 10 })
  await fill(cache, 11)
  await cache.get('key 1')
  await cache.set('key 2', 'again')
  await cache.set('key 11', 11)
  expect(await kept(cache, 10)).toEqual([1, 2, 4, 5, 6, 7, 8, 9])
})

test('on a full disk as many leave as make twice the room that is wanted, and none where all would not be enough', async () => {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => close(store))
  for (let at = 0; at < 40; at++) {
    const writing = writingOf(store, `key ${at}`, Buffer.from('value'), Date.now())
    await store.sections.run(writing.place.shard, 0, (turn) => storeSmall(store, turn, writing))
  }
  await usageOf(store, 0)
  const { path: keptPath } = store.layout.placeOf('key 0')
  const relieved = (bytes: number) =>
    store.sections.run(undefined, 0, (turn) => relieveDisk(store, turn, { bytes, keptPath }, Date.now()))
  expect(await relieved(Number.MAX_SAFE_INTEGER)).toBe(false)
  expect(store.counts.total().entryCount).toBe(40)
  expect(await relieved(10 * 4_096)).toBe(true)
  expect(store.counts.total().entryCount).toBe(20)
  expect(existsSync(keptPath)).toBe(true)
})

test('uses that were found out about are not forgotten when it is chosen anew', async () => {
  const cache = openCache(newDirectory(), { maxEntries: 10 })
  await fill(cache, 11)
  await cache.get('key 1')
  for (let at = 11; at < 20; at++) await cache.set(`key ${at}`, at)
  expect(await kept(cache, 100)).toEqual([1, 11, 12, 13, 14, 15, 16, 17, 18, 19])
})

test('on a full disk entries leave also where it is not known how many there are', async () => {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => close(store))
  const writing = writingOf(store, 'key', Buffer.from('value'), Date.now())
  await store.sections.run(writing.place.shard, 0, (turn) => storeSmall(store, turn, writing))
  const isRelieved = await store.sections.run(undefined, 0, (turn) => {
    for (let shard = 0; shard < SHARD_COUNT; shard++) {
      turn.counts.settle(shard, { entryCount: 0, entryBytes: 0, tempBytes: 0 })
      turn.counts.doubt(shard)
    }
    return relieveDisk(store, turn, { bytes: 0, keptPath: '' }, Date.now())
  })
  expect(isRelieved).toBe(true)
  expect(existsSync(writing.place.path)).toBe(false)
})

test('listeners hear why an entry left', async () => {
  const clock = createFakeClock()
  const cache = openCache(newDirectory(), { maxEntries: 2 }, clock)
  const told: unknown[] = []
  cache.on('removal', ({ key, cause }) => told.push([key, cause]))
  await cache.set('short', 1, { ttl: 1 })
  await cache.set('key', 1)
  clock.advanceMs(1)
  await cache.set('next', 1)
  await cache.set('last', 1)
  expect(told).toEqual([
    ['short', 'expired'],
    ['key', 'evicted'],
  ])
})

test('of two uses in one instant the later one ranks higher', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
  onTestFinished(() => clock.mockRestore())
  expect(nextRankMs()).toBeLessThan(nextRankMs())
})
