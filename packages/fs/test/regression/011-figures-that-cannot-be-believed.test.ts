/** Regression: damaged figures were believed, so that everything was evicted and nothing stored any more; and those of before a power cut were. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Counts } from '../../src/counts.ts'
import { startNumber } from '../../src/holder.ts'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

const ENTRY_COUNT = 30
const ROW_BYTES = 32

/** A closed cache of some entries, and its file of figures. */
async function filled() {
  const directory = newDirectory()
  const cache = openCache(directory)
  for (let at = 0; at < ENTRY_COUNT; at++) await cache.set(`key ${at}`, at)
  await cache.close()
  const path = new Layout(directory).counts
  const bytes = readFileSync(path)
  const shards = Array.from({ length: bytes.length / ROW_BYTES }, (_, shard) => shard)
  const shard = shards.find((each) => bytes.readDoubleLE(each * ROW_BYTES) > 0) ?? 0
  return { directory, path, bytes, shard }
}

// Of the exponents of the three figures, and of the check of them.
test.each([7, 15, 23, 31])('a bit that has changed in byte %d of a row is noticed', async (at) => {
  const { directory, path, bytes, shard } = await filled()
  const damaged = shard * ROW_BYTES + at
  bytes[damaged] = (bytes[damaged] ?? 0) ^ 0x20
  writeFileSync(path, bytes)
  const cache = openCache(directory)
  expect(await cache.set('new', 1)).toMatchObject({ outcome: 'stored' })
  expect(await cache.usage()).toMatchObject({ entries: ENTRY_COUNT + 1 })
  expect(cache.stats().removed.evicted).toBe(0)
})

test('figures that were right before the machine was started anew are counted again', async () => {
  const { path, shard } = await filled()
  const [now, next] = [new Counts(path, startNumber), new Counts(path, startNumber + 1)]
  now.load()
  next.load()
  expect([now.isSure(shard), next.isSure(shard)]).toEqual([true, false])
  now.close()
  next.close()
})
