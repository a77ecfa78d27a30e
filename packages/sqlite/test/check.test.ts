/** A check finds each kind of damage, mends it when asked to, and leaves no trace otherwise. */
import { type Backend, type RemovalCause, yieldToLoop } from '@stowage/core'
import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { checkAll, entryOf, held, NOTHING_WRONG, NOW_MS, put } from './entries.ts'
import { alter, dump, expectConsistent } from './inspection.ts'
import { attach, newPath, openStore } from './stores.ts'
import { startWorkers } from './workers.ts'

/** Long enough for a busy machine. */
const SOON = { timeout: 20_000 }

/** Three entries, one of which is damaged, and a lease. */
async function filledStore(): Promise<{ backend: Backend; path: string }> {
  const store = openStore()
  await put(store.backend, 'key', { some: 'value' }, { tags: ['t', 'u'] })
  await put(store.backend, 'tagged', 'ä', { tags: ['t'] })
  await put(store.backend, 'number', 7)
  await store.backend.lease('leased', 'fence', 1_000, NOW_MS)
  return store
}

const entry = (change: string) => `UPDATE stowage_entry_v1 SET ${change} WHERE key = 'key'`
const counter = (change: string) => `UPDATE stowage_meta_v1 SET ${change}`
const index = (row: string) => `INSERT INTO stowage_entry_tag_v1 VALUES ${row}`

test.each([
  [entry("body = replace(body, 'value', 'walue')"), { torn: 1 }],
  ["UPDATE stowage_entry_v1 SET body = 7 WHERE key = 'number'", { torn: 1 }],
  [entry('format = CAST(format AS BLOB)'), { torn: 1 }],
  [entry("key = 'kez'"), { torn: 1 }],
  [entry("key = x'6b'"), { torn: 1 }],
  [entry('stored_at_ms = stored_at_ms - 1'), { torn: 1 }],
  [entry('error_only_at_ms = error_only_at_ms + 1'), { torn: 1 }],
  [entry("expire_at_ms = 'later'"), { torn: 1 }],
  [entry('sliding_ms = 1'), { torn: 1 }],
  [entry('written = written - 1'), { torn: 1 }],
  [entry('checksum = CAST(checksum AS BLOB)'), { torn: 1 }],
  [entry("version = 'v'"), { torn: 1 }],
  [entry(`tags = '["t", "u"]'`), { torn: 1 }],
  [entry(`tags = '["t","v"]'`), { torn: 1, orphans: 1 }],
  [entry('tag_epoch = tag_epoch + 1'), { torn: 1, orphans: 2 }],
  [entry('size_bytes = size_bytes + 1'), { wrong: 1 }],
  [entry("size_bytes = 'much'"), { wrong: 1 }],
  [entry('due_at_ms = expire_at_ms + 1'), { wrong: 1 }],
  [entry("due_at_ms = 'later'"), { wrong: 1 }],
  [entry('rank = 1e17'), { wrong: 1 }],
  [entry('uses = -1'), { wrong: 1 }],
  ["DELETE FROM stowage_entry_tag_v1 WHERE tag = 't'", { wrong: 2 }],
  [counter('entry_count = entry_count + 1'), { wrong: 1 }],
  [counter('size_bytes = 0'), { wrong: 1 }],
  [counter('lease_count = 3'), { wrong: 1 }],
  [counter('entry_count = 0, size_bytes = 1, lease_count = 0'), { wrong: 3 }],
  [index("('t', 0, 4711)"), { orphans: 1 }],
  [index("('t', 1, 1), ('v', 0, 1)"), { orphans: 2 }],
  [`${entry("body = '0', size_bytes = 7")}; ${index("('v', 0, 2)")}`, { torn: 1, wrong: 1, orphans: 1 }],
])('%s', async (sql, found) => {
  const { backend, path } = await filledStore()
  const removals: [string, RemovalCause][] = []
  backend.onRemoval((key, cause) => removals.push([key, cause]))
  expect(await checkAll(backend, 'look')).toMatchObject({ ...NOTHING_WRONG, entries: 3 })
  alter(path, sql)
  const { torn, wrong, orphans } = { ...NOTHING_WRONG, ...found }
  const before = dump(path)
  expect(await checkAll(backend, 'look')).toMatchObject({ entries: 3 - torn, torn, wrong, orphans, repaired: 0 })
  expect(dump(path)).toEqual(before)
  const repaired = torn + wrong + orphans
  expect(await checkAll(backend, 'repair')).toMatchObject({ entries: 3 - torn, torn, wrong, orphans, repaired })
  expectConsistent(path)
  expect(await checkAll(backend, 'look')).toMatchObject({ ...NOTHING_WRONG, entries: 3 - torn })
  expect(removals).toEqual(torn === 0 ? [] : [[expect.any(String), 'undecodable']])
  expect(await held(backend, 'tagged')).toBe('ä')
})

test('an entry whose instants were never in order is one that no read would serve', async () => {
  const { backend } = openStore()
  const { facts, ...rest } = entryOf('key', 1)
  await backend.set('key', { ...rest, facts: { ...facts, staleAtMs: facts.storedAtMs - 1 } }, NOW_MS, undefined)
  expect(await checkAll(backend, 'look')).toMatchObject({ ...NOTHING_WRONG, torn: 1 })
})

test('each step is bounded, in entries and in bytes', async () => {
  const { backend } = openStore()
  for (let at = 0; at < 150; at++) await put(backend, `small ${at}`, at)
  for (let at = 0; at < 5; at++) await put(backend, `large ${at}`, 'x'.repeat(600_000))
  for await (const { entries, bytes } of backend.check(false, NOW_MS)) {
    expect(entries).toBeLessThanOrEqual(64)
    expect(bytes).toBeLessThan(1_600_000)
  }
})

test('what was found faulty and has been written anew before it could be mended stays', async () => {
  const { backend, path } = await filledStore()
  for (let writtenAt = 0; writtenAt < 6; writtenAt++) {
    await put(backend, 'tagged', 'old', { tags: ['t'] })
    alter(path, `${entry("body = '0'")}; ${index("('v', 0, 2)")}`)
    const reports = backend.check(true, NOW_MS)[Symbol.asyncIterator]()
    for (let at = 0, isDone = false; !isDone; at++) {
      const step = reports.next()
      await yieldToLoop() // It has looked, and lets the loop turn before it mends.
      if (at === writtenAt) {
        await put(backend, 'key', 'new', { tags: ['t'] })
        await put(backend, 'tagged', 'new', { tags: ['t', 'v'] })
      }
      isDone = (await step).done === true
    }
    expect([await held(backend, 'key'), await held(backend, 'tagged')]).toEqual(['new', 'new'])
    expectConsistent(path)
  }
})

test('two checks that find the same counters wrong put them right once', async () => {
  const { backend, path } = await filledStore()
  const other = attach(path)
  // Wherever the one stands when the other comes and goes.
  for (let stepCount = 0; stepCount < 8; stepCount++) {
    alter(path, counter('entry_count = entry_count + 5, size_bytes = size_bytes + 500'))
    const reports = backend.check(true, NOW_MS)[Symbol.asyncIterator]()
    for (let step = 0; step < stepCount; step++) await reports.next()
    await checkAll(other, 'repair')
    for (let step = await reports.next(); step.done !== true; ) step = await reports.next()
    expectConsistent(path)
  }
})

test('beside a process that writes at full speed: nothing is wrong but what was made so, and it is put right', {
  timeout: 60_000,
}, async () => {
  const path = newPath()
  const [worker] = await startWorkers(path, 1)
  const backend = attach(path)
  const mixed = { isDone: false }
  const mixing = worker.do({ do: 'mix', seed: 1, count: 3_000 }).finally(() => {
    mixed.isDone = true
  })
  alter(
    path,
    `${counter('entry_count = entry_count + 5, size_bytes = size_bytes + 500')}; ${index("('nobody', 0, 1)")}`,
  )
  expect(await checkAll(backend, 'repair')).toMatchObject({ torn: 0, wrong: 2, orphans: 1, repaired: 3 })
  while (!mixed.isDone) expect(await checkAll(backend, 'look')).toMatchObject(NOTHING_WRONG)
  expect(await mixing).toEqual([])
  expectConsistent(path)
})

test('counters are compared unless the log could not be written back for too long', async () => {
  const { backend, path } = await filledStore()
  alter(path, counter('entry_count = 0'))
  const reader = new Sqlite(path)
  reader.exec('BEGIN; SELECT count(*) FROM stowage_entry_v1')
  for (let at = 0; at < 170; at++) await put(backend, 'large', String.fromCharCode(97 + (at % 23)).repeat(100_000))
  expect(await checkAll(backend, 'look')).toMatchObject({ ...NOTHING_WRONG, entries: 4 })
  reader.close()
  const writer = new Sqlite(path)
  // The thread may be at it: then this one does nothing.
  const writeBack = writer
    .prepare<[], [busy: number, log: number, checkpointed: number]>('PRAGMA wal_checkpoint(PASSIVE)')
    .raw()
  await vi.waitUntil(() => {
    const [busy, log, checkpointed] = writeBack.get() ?? []
    return busy === 0 && log === checkpointed
  }, SOON)
  writer.close()
  expect(await checkAll(backend, 'look')).toMatchObject({ ...NOTHING_WRONG, entries: 4, wrong: 1 })
})

test('a check that is overtaken by close fails', async () => {
  const { backend } = await filledStore()
  const reports = backend.check(false, NOW_MS)[Symbol.asyncIterator]()
  await reports.next()
  await backend.close()
  await expect(reports.next()).rejects.toThrow(/after close/)
  await expect(checkAll(backend, 'look')).rejects.toThrow(/after close/)
})
