/** Many calls at once, and many entries: few files open, a free event loop, no waiting at the start. */
import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Worker } from './processes.ts'
import { newDirectory, openCache } from './stores.ts'
import { TurnWitness } from './turn-witness.ts'

const ENTRY_COUNT = 10_000
/** File calls of a microsecond that fit into a few milliseconds: a turn that goes over all entries makes ten times as many. */
const MOST_CALLS = 5_000

test('500 calls at once with 64 file descriptors: none fails, and none stays open', { timeout: 60_000 }, async () => {
  const worker = new Worker('crowd', newDirectory(), { keyCount: 500 }, ['prlimit', '--nofile=64:64'])
  expect(await worker.ended()).toEqual(['crowd 0 more open'])
})

test('a large cache: opened at once, cleared at once, swept behind, with the event loop free', {
  timeout: 240_000,
}, async () => {
  const directory = newDirectory()
  const first = openCache(directory)
  for (let at = 0; at < ENTRY_COUNT; at++) await first.set(`key ${at}`, at, { tags: [`t${at % 2}`] })
  await first.close()

  const before = process.cpuUsage()
  const cache = openCache(directory)
  expect(await cache.get('key 9999')).toBe(9_999)
  const { user, system } = process.cpuUsage(before)
  expect(user + system, 'µs of the processor, whatever else the machine does').toBeLessThan(60_000)

  const witness = new TurnWitness()
  await cache.invalidate({ tags: ['t0'] })
  expect(await cache.get('key 0')).toBeUndefined()
  expect(await cache.get('key 1')).toBe(1)
  await cache.sweep()
  expect(await cache.usage()).toMatchObject({ entries: ENTRY_COUNT / 2 })
  await cache.invalidate({ prefix: 'key 1' })
  await cache.invalidate({ all: true })
  expect(await cache.get('key 3')).toBeUndefined()
  await cache.sweep()
  expect(await cache.usage()).toMatchObject({ entries: 0, bytes: 0 })
  const { callCount, mostInATurn } = witness.end()
  expect(callCount).toBeGreaterThan(5 * ENTRY_COUNT)
  expect(mostInATurn).toBeLessThan(MOST_CALLS)
})

test('the figures can be lost: they are counted anew behind, and limits hold meanwhile', {
  timeout: 60_000,
}, async () => {
  const directory = newDirectory()
  const first = openCache(directory, { maxEntries: 500 })
  for (let at = 0; at < 500; at++) await first.set(`key ${at}`, at)
  const before = await first.usage()
  await first.close()
  rmSync(`${directory}/counts`)
  const cache = openCache(directory, { maxEntries: 500 })
  expect(await cache.usage()).toMatchObject({ entries: before.entries, bytes: before.bytes })
  for (let at = 500; at < 600; at++) await cache.set(`key ${at}`, at)
  expect(await cache.usage()).toMatchObject({ entries: 500 })
  expect(await cache.check()).toMatchObject({ entries: 500, wrong: 0 })
})

test('a folder that is deleted in use is made again', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value', { tags: ['t'] })
  rmSync(directory, { recursive: true })
  expect(await cache.get('key')).toBeUndefined()
  await cache.invalidate({ tags: ['t'] })
  expect(await cache.set('key', 'newer')).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toBe('newer')
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0, orphans: 0 })
})
