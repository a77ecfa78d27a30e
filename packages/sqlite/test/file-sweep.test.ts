/** What a sweep does with value files that were dropped and not deleted. */
import { existsSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { prepareCheck } from '../src/check-statements.ts'
import { openStore as openStoreOf } from '../src/open-store.ts'
import { planSqlite } from '../src/options.ts'
import { checkFiles } from '../src/value-files/file-check.ts'
import { storeLarge } from '../src/value-files/large-write.ts'
import { checkAll, entryOf, NOTHING_WRONG, NOW_MS, put } from './entries.ts'
import { alter, rowCount, valueFiles } from './inspection.ts'
import { attach, newPath, openStore } from './stores.ts'
import { filesOf, large, leaveDropped } from './value-file-sight.ts'

test('files that a killed process had dropped go with the next sweep, and so do their rows', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', large('a'))
  const left = [leaveDropped(path, 1_000), leaveDropped(path, 2_000)]
  await backend.sweep(NOW_MS)
  expect(left.map((file) => existsSync(file))).toEqual([false, false])
  expect(rowCount(path, 'file')).toBe(1)
  expect(await filesOf(backend, path)).toHaveLength(1)
})

test('of more than one slice takes none is forgotten', async () => {
  const { backend, path } = openStore()
  for (let at = 0; at < 260; at++) leaveDropped(path, 10)
  expect((await backend.sweep(NOW_MS)).done).toBe(false)
  expect(await filesOf(backend, path)).toEqual([])
})

test('while a backup takes them, a sweep leaves them alone, and ends', async () => {
  const path = newPath()
  const backend = attach(path)
  const file = leaveDropped(path, 1_000)
  alter(path, `UPDATE stowage_meta_v1 SET pinned_until_ms = ${Date.now() + 60_000}`)
  expect((await backend.sweep(NOW_MS)).done).toBe(true)
  expect(existsSync(file)).toBe(true)
  expect(valueFiles(path)).toHaveLength(1)
  expect(await checkAll(backend, 'repair'), 'nor does a check take them for orphans').toMatchObject(NOTHING_WRONG)
  expect(existsSync(file)).toBe(true)
})

test('a file begun before the clock was set back counts as left behind, whoever has its process number now', async () => {
  const { backend, path } = openStore()
  const pendingAt = (sinceMs: number) => {
    alter(
      path,
      `INSERT INTO stowage_file_v1 (state, id, kind, size_bytes, pid, since_ms) VALUES ('pending', ${sinceMs}, 'text', 0, ${process.pid}, ${sinceMs})`,
    )
  }
  pendingAt(NOW_MS + 300_000)
  pendingAt(NOW_MS + 3_600_000)
  expect((await checkAll(backend, 'look')).orphans).toBe(1)
  await backend.sweep(NOW_MS)
  await backend.sweep(NOW_MS)
  expect(rowCount(path, 'file')).toBe(1)
})

test('a file that a check took for left behind, and whose slow writer is done by then, stays', async () => {
  const path = newPath()
  const store = openStoreOf(planSqlite({ path }))
  onTestFinished(() => store.transactions.close(undefined))
  const entry = entryOf('key', large('a'))
  await storeLarge(store, { key: 'key', entry, encoded: entry.encode(), nowMs: NOW_MS, lease: undefined })
  alter(path, "UPDATE stowage_file_v1 SET state = 'pending', since_ms = 0")
  const write = store.transactions.write.bind(store.transactions)
  store.transactions.write = (run, key) => {
    alter(path, "UPDATE stowage_file_v1 SET state = 'kept'")
    return write(run, key)
  }
  const checking = { store, statements: prepareCheck(store.database), repair: true, contents: new Map() }
  for await (const { orphans } of checkFiles(checking, NOW_MS)) expect(orphans).toBe(0)
  expect(valueFiles(path)).toHaveLength(1)
})
