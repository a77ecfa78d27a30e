/** A cache in several files: what is one key's is one file's, what is everybody's is asked of all, the limits hold for the whole. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { type Backend, ConfigError, type RemovalCause } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { shardOf } from '../src/shard-plan.ts'
import { checkAll, held, keysOf, NOTHING_WRONG, NOW_MS, put, sweepAll } from './entries.ts'
import { alter, expectConsistent, rowCount } from './inspection.ts'
import { attach, newPath, openStore } from './stores.ts'

const SHARD_COUNT = 4

function files(path: string): readonly string[] {
  return [path, ...Array.from({ length: SHARD_COUNT - 1 }, (_, at) => `${path}.shard-${at + 1}`)]
}

/** A key of each shard. */
const KEYS: readonly string[] = Array.from({ length: SHARD_COUNT }, (_, index) => keyOf(index))

function keyOf(index: number, from = 0): string {
  for (let at = from; ; at++) if (shardOf(`key ${at}`, SHARD_COUNT) === index) return `key ${at}`
}

async function filled(): Promise<{ backend: Backend; path: string }> {
  const store = openStore({ shards: SHARD_COUNT })
  for (const key of KEYS) await put(store.backend, key, key, { tags: ['t', `t of ${key}`] })
  return store
}

test('where a key is never changes, and keys spread evenly', () => {
  expect(['', 'a', 'user:1', 'ключ', '#n/=a'].map((key) => shardOf(key, 64))).toEqual([0, 49, 9, 41, 16])
  const counts = Array.from({ length: 8 }, () => 0)
  for (let at = 0; at < 8_000; at++) counts[shardOf(`user:${at}`, 8)] = (counts[shardOf(`user:${at}`, 8)] ?? 0) + 1
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(100)
})

test('each key is in its file, found again after reopening, and each file adds up', async () => {
  const { backend, path } = await filled()
  await backend.close()
  for (const file of files(path)) {
    expect(rowCount(file, 'entry')).toBe(1)
    expectConsistent(file)
  }
  const again = attach(path, { shards: SHARD_COUNT })
  for (const key of KEYS) expect(await held(again, key)).toBe(key)
})

test.each([
  [4, 8],
  [4, 1],
  [1, 4],
  [4, undefined],
])('a cache begun with %s shards is not opened with %s', async (begun, asked) => {
  const path = newPath()
  const first = attach(path, { shards: begun })
  for (const key of KEYS) await put(first, key, key)
  await first.close()
  const wish = asked === undefined ? { path } : { path, shards: asked }
  expect(() => sqliteBackend(wish)).toThrow(ConfigError)
  expect(() => sqliteBackend(wish)).toThrow(
    `shards: ${asked ?? 1} does not fit the cache at '${path}', which was begun with ${begun}; allowed: shards: ${begun}`,
  )
  const again = attach(path, { shards: begun })
  for (const key of KEYS) expect(await held(again, key)).toBe(key)
})

test('a file under the name of another shard is refused', async () => {
  const { backend, path } = await filled()
  await backend.close()
  const [, one, two] = files(path)
  alter(one ?? '', `VACUUM INTO '${two}.copy'`)
  rmSync(two ?? '')
  alter(`${two}.copy`, `VACUUM INTO '${two}'`)
  expect(() => sqliteBackend({ path, shards: SHARD_COUNT })).toThrow(/is shard 1 of 4 and not 2; allowed/)
})

test('a shard that is missing or damaged costs its own keys only', async () => {
  const { backend, path } = await filled()
  await backend.close()
  const [, one, two] = files(path)
  rmSync(one ?? '')
  writeFileSync(two ?? '', 'once upon a \0 time '.repeat(100))
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const again = attach(path, { shards: SHARD_COUNT })
  warn.mockRestore()
  const found = await Promise.all(KEYS.map((key) => held(again, key)))
  expect(found).toEqual([KEYS[0], 'miss: absent', 'miss: absent', KEYS[3]])
})

test('an invalidation of tags, prefix, pattern or all covers every shard', async () => {
  for (const target of [{ tags: ['t'] }, { prefix: 'key' }, { pattern: 'k*', root: '' }, { all: true as const }]) {
    const { backend } = await filled()
    await backend.invalidate(target, NOW_MS)
    for (const key of KEYS) expect(await held(backend, key), JSON.stringify(target)).toMatch(/^miss/)
    await sweepAll(backend)
    expect(await backend.usage(NOW_MS)).toMatchObject({ entryCount: 0, sizeBytes: 0 })
    await backend.close()
  }
})

test.each([{ tags: ['t'] }, { all: true as const }])(
  '%o: a value derived meanwhile from what is not reached yet is gone, too',
  async (target) => {
    const { backend, path } = await filled()
    const [first = '', , , last = ''] = KEYS
    // The last shard cannot be written for a while: a load in the first one begins, reads there, and is stored.
    const locking = new Sqlite(files(path).at(-1))
    onTestFinished(() => {
      locking.close()
    })
    locking.exec('BEGIN IMMEDIATE')
    const invalidated = backend.invalidate(target, NOW_MS)
    while ((await held(backend, first)) === first) await new Promise(setImmediate)
    const lease = await backend.lease(first, 'fence', 10_000, NOW_MS)
    const seen = await held(backend, last)
    expect(seen).toBe(last)
    expect(await put(backend, first, seen, { lease, tags: ['t'] })).toBe('stored')
    locking.exec('ROLLBACK')
    await invalidated
    expect(await held(backend, first)).toMatch(/^miss/)
  },
)

test.each([
  [{ tags: ['t'] }, 'tag'],
  [{ all: true as const }, 'lease'],
])('an invalidation of %o that fails in one shard is done in the others, and thrown', async (target, table) => {
  const { backend, path } = await filled()
  alter(path, `DROP TABLE stowage_${table}_v1`)
  await expect(async () => backend.invalidate(target, NOW_MS)).rejects.toThrow(`stowage_${table}_v1`)
  for (const key of KEYS.slice(1)) expect(await held(backend, key)).toMatch(/^miss/)
})

test('a sweep that fails in one shard is done in the others, and thrown', async () => {
  const { backend, path } = await filled()
  alter(path, 'DROP TABLE stowage_file_v1')
  await expect(async () => backend.sweep(NOW_MS + 3_600_000)).rejects.toThrow('stowage_file_v1')
  expect(files(path).map((file) => rowCount(file, 'entry'))).toEqual([1, 0, 0, 0])
})

test.each([
  { maxEntries: 41, maxBytes: 500_000_000 },
  { maxEntries: undefined, maxBytes: 20_002 },
])('%o holds for the whole, and what leaves is told of, once', async ({ maxEntries, maxBytes }) => {
  const { backend } = openStore({ shards: SHARD_COUNT, maxBytes, ...(maxEntries !== undefined && { maxEntries }) })
  const left: [string, RemovalCause][] = []
  const stop = backend.onRemoval((key, cause) => left.push([key, cause]))
  for (let at = 0; at < 300; at++) {
    const key = `key ${at}`
    expect(await put(backend, key, 'x'.repeat((at * 37) % 900))).toBe('stored')
    expect(await held(backend, key)).not.toMatch(/^miss/)
    const usage = await backend.usage(NOW_MS)
    expect(usage).toMatchObject({ maxEntries, maxBytes })
    expect(usage.entryCount).toBeLessThanOrEqual(maxEntries ?? 300)
    expect(usage.sizeBytes).toBeLessThanOrEqual(maxBytes)
  }
  const kept = await keysOf(backend)
  expect(kept.length).toBeGreaterThan(20)
  expect(new Set(left.map(([key]) => key)).size).toBe(left.length)
  expect(left.length + kept.length).toBe(300)
  stop()
  for (let at = 300; at < 400; at++) await put(backend, `key ${at}`, 'x')
  expect(left.length + kept.length).toBe(300)
})

test('a limit that leaves a shard nothing, and a count out of range, are refused at once', () => {
  const path = newPath()
  for (const [wish, part] of [
    [{ shards: 4, maxEntries: 3 }, /maxEntries: 3 is too few for 4 shards; allowed: one for each/],
    [{ shards: 65 }, /shards: 65 is too many; allowed: 1 to 64/],
    [{ shards: 0 }, /shards/],
    [{ shards: 1.5 }, /shards/],
  ] as const) {
    expect(() => sqliteBackend({ path, ...wish })).toThrow(ConfigError)
    expect(() => sqliteBackend({ path, ...wish })).toThrow(part)
  }
  expect(existsSync(path)).toBe(false)
})

test('a check looks at every shard and mends each', async () => {
  const { backend, path } = await filled()
  expect(await checkAll(backend, 'look')).toMatchObject({ entries: 4, ...NOTHING_WRONG })
  for (const file of files(path)) alter(file, 'UPDATE stowage_entry_v1 SET checksum = checksum + 1')
  expect(await checkAll(backend, 'repair')).toMatchObject({ entries: 0, torn: 4, repaired: 4 })
  expect(await checkAll(backend, 'look')).toMatchObject({ entries: 0, ...NOTHING_WRONG })
})
