/**
 * Regression: a large write that another large one had overtaken was answered `stored` while what both were to replace was still
 * there: until the other came, and for good where it failed or its process died.
 */
import { existsSync, readdirSync, unlinkSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { close } from '../../src/closing.ts'
import { readEntry } from '../../src/entry-reading.ts'
import { storeLarge } from '../../src/large-writing.ts'
import { tempName } from '../../src/layout.ts'
import { openStore } from '../../src/open-store.ts'
import { planFs } from '../../src/options.ts'
import type { Store } from '../../src/store.ts'
import { storeSmall } from '../../src/storing.ts'
import { writeStream } from '../../src/streams/stream-writing.ts'
import { writingOf } from '../bare-backend.ts'
import { newDirectory } from '../stores.ts'

const LARGE_BYTES = 140_000
const GATE_WIDTH = 4

function opened(directory: string): Store {
  const store = openStore(planFs({ directory }))
  onTestFinished(() => close(store))
  return store
}

function large(store: Store, fill: number, length = LARGE_BYTES) {
  return writingOf(store, 'key', Buffer.alloc(length, fill), Date.now())
}

function found(store: Store): unknown {
  const seen = readEntry('key', store.layout.placeOf('key').path)
  return typeof seen === 'string' ? seen : seen.encoded.body[0]
}

async function storeOlder(store: Store): Promise<void> {
  const writing = writingOf(store, 'key', Buffer.alloc(10, 9), Date.now())
  await store.sections.run(writing.place.shard, 0, (turn) => storeSmall(store, turn, writing))
}

/** So that writes have their places, and go no further. @returns lets them go on */
function closeGate({ writeGate }: Store): () => void {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (let at = 0; at < GATE_WIDTH; at++) void writeGate.pass(() => promise)
  return resolve
}

function temporaries({ layout }: Store): string[] {
  const folder = layout.shardFolder(layout.placeOf('key').shard)
  return existsSync(folder) ? readdirSync(folder).filter((name) => tempName(name) !== undefined) : []
}

/** Resolves when so many writes have their places. */
async function placed(store: Store, count: number): Promise<void> {
  await expect.poll(() => temporaries(store), { interval: 1 }).toHaveLength(count)
}

/** A stream that ends as it is told to, when it has its place. */
function slowStream(store: Store) {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const source = (async function* () {
    await promise
    yield Buffer.alloc(10, 2)
  })()
  return { written: writeStream(store, 'key', source, { ttl: '1h' }), end: resolve, fail: reject }
}

/** The file of the longer of two writes that have their places: it cannot be opened then. */
function removeLongest(store: Store): void {
  const bytesOf = (name: string): number => tempName(name)?.plannedBytes ?? 0
  const [longest] = temporaries(store).toSorted((one, other) => bytesOf(other) - bytesOf(one))
  unlinkSync(`${store.layout.shardFolder(store.layout.placeOf('key').shard)}/${longest}`)
}

test.each(['this process', 'another one'])(
  'what a stream of %s overtakes is there until the stream is',
  async (whose) => {
    const directory = newDirectory()
    const store = opened(directory)
    await storeOlder(store)
    const open = closeGate(store)
    const overtaken = storeLarge(store, large(store, 1))
    await placed(store, 1)
    const streaming = whose === 'this process' ? store : opened(directory)
    const stream = slowStream(streaming)
    await placed(streaming, 2)
    open()
    expect(await overtaken).toBe('stored')
    expect(found(store)).toBe(1)
    stream.end()
    expect(await stream.written).toBe('stored')
    expect(found(store)).toBe(2)
    expect(streaming.journal.marks.leases.count).toBe(0)
  },
)

test('what a stream overtakes stays where the stream fails', async () => {
  const store = opened(newDirectory())
  await storeOlder(store)
  const open = closeGate(store)
  const overtaken = storeLarge(store, large(store, 1))
  await placed(store, 1)
  const stream = slowStream(store)
  await placed(store, 2)
  open()
  expect(await overtaken).toBe('stored')
  stream.fail(new Error('no more'))
  await expect(stream.written).rejects.toThrow('no more')
  expect(found(store)).toBe(1)
})

test('of two in one process the first is written where the second fails', async () => {
  const store = opened(newDirectory())
  await storeOlder(store)
  const open = closeGate(store)
  const first = storeLarge(store, large(store, 1))
  const second = storeLarge(store, large(store, 2, LARGE_BYTES + 1))
  await placed(store, 2)
  removeLongest(store)
  open()
  await expect(second).rejects.toThrow(/ENOENT/)
  expect(await first).toBe('stored')
  expect(found(store)).toBe(1)
  expect(store.journal.marks.leases.count).toBe(0)
})

test('what comes first comes first, whichever is done first', async () => {
  const directory = newDirectory()
  const store = opened(directory)
  const other = opened(directory)
  const open = closeGate(store)
  const first = storeLarge(store, large(store, 1))
  await placed(store, 1)
  expect(await storeLarge(other, large(other, 2))).toBe('stored')
  open()
  expect(await first).toBe('stored')
  expect(found(store)).toBe(2)
})

test('what is refused has its effect on those before it', async () => {
  const store = opened(newDirectory())
  const open = closeGate(store)
  const first = storeLarge(store, large(store, 1))
  await placed(store, 1)
  expect(await storeLarge(store, { ...large(store, 2), maxBytes: 10 })).toBe('too-large')
  open()
  expect(await first).toBe('stored')
  expect(found(store)).toBe('absent')
})
