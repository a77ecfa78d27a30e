/** Small values are written in the place of the former one: half of the one and half of the other is never an entry. */
import {
  appendFileSync,
  chownSync,
  closeSync,
  constants,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { crc32 } from 'node:zlib'
import { checksumBefore, type EntryFacts, packRecord } from '@stowage/core'
import { beforeEach, expect, test, vi } from 'vitest'
import { type Prelude, packPrelude, unpackEntry, unpackEntryHead } from '../src/entry-file.ts'
import { Layout } from '../src/layout.ts'
import { makePipe } from './pipe.ts'
import { newDirectory, openCache } from './stores.ts'

/** How many bytes the next write takes. */
const disk = vi.hoisted(() => ({ shortBytes: Infinity }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    writeSync(descriptor: number, bytes: Uint8Array, from: number, length: number, at: number) {
      const part = Math.min(length, disk.shortBytes)
      disk.shortBytes = Infinity
      return fs.writeSync(descriptor, bytes, from, part, at)
    },
  }
})

beforeEach(() => {
  disk.shortBytes = Infinity
})

function filled() {
  const directory = newDirectory()
  const cache = openCache(directory)
  return { directory, cache, path: new Layout(directory).placeOf('key').path }
}

/** An entry's file, and what it says. */
function fileOf(prelude: Omit<Prelude, 'recordBytes'>, storedAtMs: number, tag: string, text: string): Buffer {
  const at = { staleAtMs: storedAtMs + 1, errorOnlyAtMs: storedAtMs + 2, expireAtMs: storedAtMs + 3 }
  const facts: EntryFacts = {
    ...at,
    storedAtMs,
    tags: [tag],
    version: undefined,
    fingerprint: undefined,
    slidingMs: undefined,
  }
  const checksum = crc32(text, checksumBefore('key', facts, 'json'))
  const record = packRecord('key', facts, { format: 'json', body: text, checksum })
  return Buffer.concat([packPrelude({ ...prelude, recordBytes: record.length }, record), record])
}

test('an entry that is set again keeps its file, which is a block long from then on', async () => {
  const { cache, path } = filled()
  await cache.set('key', 'first')
  const { ino } = statSync(path)
  for (const value of ['x'.repeat(3_000), 'later', 'x'.repeat(700), 'again']) {
    await cache.set('key', value, { tags: ['t'] })
    expect(await cache.get('key')).toBe(value)
    expect(statSync(path)).toMatchObject({ ino, size: 4_096 })
  }
  expect(await cache.check()).toMatchObject({ entries: 1, bytes: 4_096, torn: 0, wrong: 0, orphans: 0 })
})

test.each([
  ['a longer one', 'x'.repeat(3_000), 'x'.repeat(5_000)],
  ['a shorter one', 'x'.repeat(5_000), 'x'.repeat(3_000)],
])('beyond a block %s gets a file of its own', async (_, first, second) => {
  const { cache, path } = filled()
  await cache.set('key', first)
  const { ino } = statSync(path)
  await cache.set('key', second)
  expect(statSync(path).ino).not.toBe(ino)
  expect(await cache.get('key')).toBe(second)
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0 })
})

test('a file that has another name, as in a copy by links, is not written', async () => {
  const { directory, cache, path } = filled()
  await cache.set('key', 'first')
  linkSync(path, `${directory}/../copy`)
  const before = readFileSync(path)
  await cache.set('key', 'second')
  expect(readFileSync(`${directory}/../copy`)).toEqual(before)
  expect(await cache.get('key')).toBe('second')
})

test.runIf(process.geteuid?.() === 0)("a file of somebody else's is replaced by an own one", async () => {
  const { cache, path } = filled()
  await cache.set('key', 'first')
  const { ino } = statSync(path)
  chownSync(path, 65_534, 65_534)
  expect(await cache.set('key', 'second')).toEqual({ outcome: 'stored' })
  expect(statSync(path)).toMatchObject({ uid: 0 })
  expect(statSync(path).ino).not.toBe(ino)
  expect(await cache.get('key')).toBe('second')
})

test('what is written in part is written anew beside it', async () => {
  const { cache, path } = filled()
  await cache.set('key', 'first')
  const { ino } = statSync(path)
  disk.shortBytes = 100
  expect(await cache.set('key', 'second')).toEqual({ outcome: 'stored' })
  expect(statSync(path).ino).not.toBe(ino)
  expect(await cache.get('key')).toBe('second')
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0, orphans: 0 })
})

test('what is behind the record within a block is no part of it; beyond it is damage', async () => {
  const { cache, path } = filled()
  await cache.set('key', 'value')
  appendFileSync(path, 'x'.repeat(1_000))
  expect(await cache.get('key')).toBe('value')
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0 })
  appendFileSync(path, 'x'.repeat(10_000))
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'miss', reason: 'undecodable' })
})

test('what is cut off within the head is damage', async () => {
  const { cache, path } = filled()
  await cache.set('key', 'value')
  truncateSync(path, 90)
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'miss', reason: 'undecodable' })
})

test('a pipe in its place that somebody reads is not written', async () => {
  const { cache, path } = filled()
  await cache.set('key', 'first')
  rmSync(path)
  makePipe(path)
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  expect(await cache.set('key', 'second')).toEqual({ outcome: 'stored' })
  closeSync(reader)
  expect(await cache.get('key')).toBe('second')
})

test('no mixture of two entries is one, wherever the one ends and the other begins', () => {
  const older = fileOf({ generation: 1, epoch: 5, identity: 1_000 }, 10_000, 'a tag', 'older text')
  const newer = fileOf({ generation: 1, epoch: 6, identity: 2_000 }, 20_000, 'a tag', 'newer text')
  const wholes = [older, newer].map((bytes) => [unpackEntry('key', bytes), unpackEntryHead(bytes)])
  expect(wholes.flat()).not.toContain(undefined)
  expect(newer.length).toBe(older.length)
  let mixtureCount = 0
  for (const [first, second] of [
    [older, newer],
    [newer, older],
  ] as const) {
    for (let from = 0; from <= older.length; from++) {
      for (let to = from; to <= older.length; to++) {
        const mixture = Buffer.concat([first.subarray(0, from), second.subarray(from, to), first.subarray(to)])
        if (mixture.equals(older) || mixture.equals(newer)) continue
        mixtureCount++
        expect(unpackEntry('key', mixture), `${from} to ${to}`).toBeUndefined()
      }
    }
  }
  expect(mixtureCount).toBeGreaterThan(10_000)
})

test('a file of the layout before is no entry of this one', async () => {
  const { cache, path } = filled()
  await cache.set('key', 'value')
  const present = readFileSync(path)
  const file = Buffer.concat([present.subarray(0, 32), present.subarray(40)])
  file[3] = 1
  file.writeUInt32LE(crc32(file.subarray(8, 32)), 4)
  writeFileSync(path, file)
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'miss', reason: 'invalidated' })
  expect(await cache.sweep()).toMatchObject({ invalidated: 1 })
  await cache.set('key', 'again')
  expect(await cache.get('key')).toBe('again')
})
