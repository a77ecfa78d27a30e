/** Regression: a large write that failed where its place was taken, grown or given up left its file, which counted until the process ended. */
import { readdirSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { close } from '../../src/closing.ts'
import { storeLarge } from '../../src/large-writing.ts'
import { openStore } from '../../src/open-store.ts'
import { planFs } from '../../src/options.ts'
import { writeStream } from '../../src/streams/stream-writing.ts'
import { writingOf } from '../bare-backend.ts'
import { newDirectory } from '../stores.ts'

function opened() {
  const directory = newDirectory()
  const store = openStore(planFs({ directory }))
  onTestFinished(() => close(store))
  const temps = () => readdirSync(directory, { recursive: true }).filter((name) => /\/t\./.test(String(name)))
  const tempBytes = async () => {
    const { shard } = store.layout.placeOf('key')
    const writing = writingOf(store, 'key', Buffer.alloc(200_000), Date.now())
    await storeLarge(store, writing)
    return store.counts.of(shard).tempBytes
  }
  return { store, temps, tempBytes }
}

function fail(): never {
  throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
}

test('the place could not be noted', async () => {
  const { store, temps, tempBytes } = opened()
  vi.spyOn(store.journal, 'append').mockImplementationOnce(fail)
  const writing = writingOf(store, 'key', Buffer.alloc(200_000), Date.now())
  await expect(storeLarge(store, writing)).rejects.toThrow('EIO')
  expect(temps()).toEqual([])
  expect(await tempBytes()).toBe(0)
})

test('the file could not get its longer name', async () => {
  const { store, temps, tempBytes } = opened()
  const source = (function* () {
    yield Buffer.alloc(10)
    vi.spyOn(store.layout, 'tempPath').mockReturnValueOnce('/nowhere/at-all')
    yield Buffer.alloc(200_000)
  })()
  await expect(writeStream(store, 'key', source, { ttl: '1h' })).rejects.toThrow('ENOENT')
  expect(temps()).toEqual([])
  expect(await tempBytes()).toBe(0)
})

test('the source fails, and the lock cannot be had to give up what was taken', async () => {
  const { store, temps, tempBytes } = opened()
  const source = (function* () {
    yield Buffer.alloc(10)
    vi.spyOn(store.counts, 'load').mockImplementationOnce(fail)
    throw new Error('no more')
  })()
  await expect(writeStream(store, 'key', source, { ttl: '1h' })).rejects.toThrow('no more')
  expect(temps()).toEqual([])
  expect(await tempBytes()).toBe(0)
})
