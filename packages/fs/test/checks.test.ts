/** What a check takes for a fault, and what it does not: files of others on their way, figures in doubt, what a crash left. */
import { copyFileSync, existsSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { yieldToLoop } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { checkStore } from '../src/check.ts'
import { close } from '../src/closing.ts'
import { storeLarge } from '../src/large-writing.ts'
import { Layout } from '../src/layout.ts'
import { openStore } from '../src/open-store.ts'
import { planFs } from '../src/options.ts'
import { examined, isStillUnsound } from '../src/soundness.ts'
import { writingOf } from './bare-backend.ts'
import { newDirectory, openCache } from './stores.ts'

test('the file of a stream that is being written is counted, and stays, where figures are lost meanwhile', async () => {
  const directory = newDirectory()
  const files = fsBackend({ directory })
  onTestFinished(async () => {
    await files.close()
  })
  let found: unknown
  const source = (async function* () {
    yield Buffer.alloc(200_000, 'a')
    rmSync(new Layout(directory).counts)
    const other = openCache(directory)
    await other.usage()
    found = await other.check({ repair: true })
    await other.sweep()
    yield Buffer.alloc(200_000, 'b')
  })()
  expect(await files.setStream('key', source, { ttl: '1h' })).toBe('stored')
  expect(found).toMatchObject({ entries: 0, wrong: 0, orphans: 0 })
  expect((await files.getStream('key'))?.sizeBytes).toBe(400_000)
  const cache = openCache(directory)
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0, orphans: 0 })
})

test('what a crash left of another key belongs to no entry, and tears none', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  for (const key of ['key', 'other']) await cache.set(key, 'value')
  const layout = new Layout(directory)
  const { path } = layout.placeOf('key')
  await cache.delete('key')
  copyFileSync(layout.placeOf('other').path, `${path}.old`)
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0, orphans: 1 })
  expect(await cache.check({ repair: true })).toMatchObject({ orphans: 1, repaired: 1 })
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0, orphans: 0 })
})

test('a small file on its way is left alone until it is nobody’s', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value')
  const paths = [`${directory}/journal`, `${new Layout(directory).holders}/0123456789abcdef`].map(
    (path) => `${path}.${'0'.repeat(24)}.new`,
  )
  for (const path of paths) writeFileSync(path, '')
  expect(await cache.check({ repair: true })).toMatchObject({ orphans: 0, repaired: 0 })
  await cache.sweep()
  expect(paths.map((path) => existsSync(path))).toEqual([true, true])
  for (const path of paths) utimesSync(path, 0, Date.now() / 1_000 - 120)
  expect(await cache.check()).toMatchObject({ orphans: 2 })
  await cache.sweep()
  expect(paths.map((path) => existsSync(path))).toEqual([false, false])
})

function opened() {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => close(store))
  return store
}

test('a large file that was damaged and has been replaced since is no damage', async () => {
  const store = opened()
  const { path } = store.layout.placeOf('key')
  const put = () => storeLarge(store, writingOf(store, 'key', Buffer.alloc(200_000), Date.now()))
  await put()
  truncateSync(path, 190_000)
  const found = await examined(store, path)
  expect(found).toMatchObject({ isSound: false })
  const isStill = () => isStillUnsound(store, path, found?.isSound === false ? found : {})
  expect(isStill()).toBe(true)
  await put()
  expect(isStill()).toBe(false)
})

test('figures in doubt are no claim', async () => {
  const store = opened()
  // Until then figures in doubt are counted behind.
  for (let turns = 0; turns < 3; turns++) await yieldToLoop()
  await store.sections.run(undefined, 0, ({ counts }) => {
    for (const shard of [3, 4]) counts.add(shard, { entryCount: 5 })
    counts.doubt(4)
  })
  let wrongCount = 0
  for await (const { wrong } of checkStore(store, false, 0)) wrongCount += wrong
  expect(wrongCount).toBe(1)
})

test('listeners hear of what a repair takes out', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'x'.repeat(1_000))
  truncateSync(new Layout(directory).placeOf('key').path, 500)
  const told: unknown[] = []
  cache.on('removal', ({ key, cause }) => told.push([key, cause]))
  expect(await cache.check()).toMatchObject({ torn: 1 })
  expect(told).toEqual([])
  expect(await cache.check({ repair: true })).toMatchObject({ torn: 1, repaired: 1 })
  expect(told).toEqual([['key', 'undecodable']])
})
