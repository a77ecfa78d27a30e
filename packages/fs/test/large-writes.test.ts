/** Writes outside the lock that have been overtaken: they take nothing of whoever came later, and leave nothing. */
import { createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { close } from '../src/closing.ts'
import { readEntry } from '../src/entry-reading.ts'
import { storeLarge } from '../src/large-writing.ts'
import { openStore } from '../src/open-store.ts'
import { planFs } from '../src/options.ts'
import { begin, refuseTooLong } from '../src/reservation.ts'
import { storeSmall } from '../src/storing.ts'
import { writeStream } from '../src/streams/stream-writing.ts'
import { writingOf } from './bare-backend.ts'
import { newDirectory } from './stores.ts'

const LARGE = Buffer.alloc(200_000)

function opened() {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => close(store))
  return store
}

test('a stream that turns out too large when it has been overtaken takes nothing of the later value', async () => {
  const files = fsBackend({ directory: newDirectory(), maxBytes: 300_000 })
  const cache = createCache({ backend: files, ttl: '1h', onFault: 'throw' })
  onTestFinished(() => cache.close())
  const source = (async function* () {
    yield Buffer.alloc(10)
    await cache.set('key', 'later')
    yield Buffer.alloc(400_000)
  })()
  expect(await files.setStream('key', source, { ttl: '1h' })).toBe('stored')
  expect(await cache.get('key')).toBe('later')
})

test('a file that may not be so long takes nothing of the later value, either', async () => {
  const store = opened()
  const { place } = writingOf(store, 'key', LARGE, 0)
  const writing = writingOf(store, 'key', LARGE, Date.now())
  const reserved = await begin(store, writing, LARGE.byteLength)
  if (typeof reserved === 'string') throw new Error(reserved)
  const later = writingOf(store, 'key', Buffer.from('later'), Date.now())
  await store.sections.run(place.shard, 0, (turn) => storeSmall(store, turn, later))
  const outcome = await store.sections.run(place.shard, 0, (turn) => refuseTooLong(store, turn, writing, reserved))
  expect(outcome).toBe('stored')
  expect(readEntry('key', place.path)).toMatchObject({ facts: later.facts })
  expect(store.counts.total()).toEqual({ entryCount: 1, entryBytes: 4_096, tempBytes: 0 })
})

test('a write that is done holds no lease any more', async () => {
  const store = opened()
  expect(await storeLarge(store, writingOf(store, 'key', LARGE, Date.now()))).toBe('stored')
  expect(store.journal.marks.leases.count).toBe(0)
})

test('of writes of one key that wait their turn the last is written, whenever the first is done', async () => {
  const store = opened()
  // The second of the key comes when one that was before it has the place of the first.
  const keys = ['key', 'a', 'b', 'c', 'd', 'key']
  const writings = keys.map((key, at) => writingOf(store, key, Buffer.alloc(140_000, at), Date.now()))
  expect(await Promise.all(writings.map(async (writing) => storeLarge(store, writing)))).toEqual(
    keys.map(() => 'stored'),
  )
  expect(readEntry('key', store.layout.placeOf('key').path)).toMatchObject({
    encoded: { body: new Uint8Array(140_000).fill(5) },
  })
})

test('a stream that is aborted when its last part has been taken is not stored', async () => {
  const files = fsBackend({ directory: newDirectory() })
  const cache = createCache({ backend: files, ttl: '1h', onFault: 'throw' })
  onTestFinished(() => cache.close())
  await cache.set('key', 'older')
  const abort = new AbortController()
  const source = (function* () {
    yield Buffer.alloc(10)
    abort.abort()
  })()
  await expect(files.setStream('key', source, { ttl: '1h', signal: abort.signal })).rejects.toThrow(/abort/i)
  expect(await cache.get('key')).toBe('older')
  expect(await cache.check()).toMatchObject({ entries: 1, wrong: 0, orphans: 0 })
})

test('a stream that is aborted holds no lease any more, either', async () => {
  const store = opened()
  const source = (function* () {
    yield Buffer.alloc(10)
    throw new Error('no more')
  })()
  await expect(writeStream(store, 'key', source, { ttl: '1h' })).rejects.toThrow('no more')
  expect(store.journal.marks.leases.count).toBe(0)
})

test('strict: a deletion where nothing ever was has nothing to bring to the disk', async () => {
  const cache = createCache({
    backend: fsBackend({ directory: newDirectory(), durability: 'strict' }),
    ttl: '1h',
    onFault: 'throw',
  })
  onTestFinished(() => cache.close())
  expect(await cache.delete('nothing')).toBe(false)
})
