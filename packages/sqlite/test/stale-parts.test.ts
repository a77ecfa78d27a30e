/** Logs and indexes that do not belong to their file, or are missing: the right value or a miss, never another value. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { sqliteBackend } from '@stowage/sqlite'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { newPath } from './stores.ts'

const clock = createFakeClock()
const ENTRY_COUNT = 300

beforeEach(() => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
})

function open(path: string): Cache {
  const cache = createCache({ backend: sqliteBackend({ path }), ttl: '1h', clock })
  onTestFinished(() => cache.close().catch(closedAnyhow))
  return cache
}

/** A damaged file may refuse the last write of closing; it is closed all the same. */
function closedAnyhow(): void {}

function valueAt(key: string, generation: number): unknown {
  return { key, generation, text: `${key} `.repeat(generation * 20) }
}

async function fill(cache: Cache, generation: number, from = 0): Promise<void> {
  for (let at = from; at < ENTRY_COUNT; at++)
    await cache.set(`key ${at}`, valueAt(`key ${at}`, generation), { tags: ['t'] })
}

/** A file whose log holds its second half, in use, as a crash would leave it. */
async function crashed(generation: number): Promise<string> {
  const path = newPath()
  const first = open(path)
  await fill(first, 1)
  await first.close()
  await fill(open(path), generation, ENTRY_COUNT / 2)
  const copy = newPath()
  for (const part of ['', '-wal']) copyFileSync(path + part, copy + part)
  return copy
}

async function expectNothingWrong(path: string): Promise<number> {
  const cache = open(path)
  let hits = 0
  const look = async (generations: readonly number[]) => {
    for (let at = 0; at < ENTRY_COUNT; at++) {
      const found = await cache.get(`key ${at}`)
      if (found === undefined) continue
      hits++
      expect(generations.map((generation) => valueAt(`key ${at}`, generation))).toContainEqual(found)
    }
  }
  await look([1, 2, 3])
  await fill(cache, 4)
  await look([4])
  return hits
}

test('a log that is missing: what was in the file itself, and the cache works', async () => {
  const path = await crashed(2)
  rmSync(`${path}-wal`)
  expect(await expectNothingWrong(path)).toBe(2 * ENTRY_COUNT)
})

test('a log that is cut short, anywhere', async () => {
  for (const keptBytes of [0, 10, 32, 5_000, 100_000]) {
    const path = await crashed(2)
    writeFileSync(`${path}-wal`, readFileSync(`${path}-wal`).subarray(0, keptBytes))
    expect(await expectNothingWrong(path), `${keptBytes} bytes`).toBe(2 * ENTRY_COUNT)
  }
})

test('an index of a log that is of no sense is made anew', async () => {
  const path = await crashed(2)
  writeFileSync(`${path}-shm`, Buffer.alloc(32_768, 0xa5))
  expect(await expectNothingWrong(path)).toBe(2 * ENTRY_COUNT)
})

test('the log of another cache', async () => {
  const [path, other] = [await crashed(2), await crashed(3)]
  copyFileSync(`${other}-wal`, `${path}-wal`)
  await expectNothingWrong(path)
})
