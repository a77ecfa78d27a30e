/** A check took value files that were being replaced for orphans, or went on for as long as one large key was overwritten. */
import { expect, onTestFinished, test } from 'vitest'
import { checkStore } from '../../src/check.ts'
import { openStore as openFile } from '../../src/open-store.ts'
import { planSqlite } from '../../src/options.ts'
import { storeLarge } from '../../src/value-files/large-write.ts'
import { checkAll, entryOf, NOTHING_WRONG, NOW_MS, put } from '../entries.ts'
import { attach, newPath, openStore } from '../stores.ts'

const LARGE = 'x'.repeat(140_000)

test('what is replaced while the folder is looked through is no orphan', { timeout: 60_000 }, async () => {
  const { backend, path } = openStore()
  const others = [attach(path), attach(path)]
  await put(backend, 'key', LARGE)
  let isOver = false
  const writing = Array.from({ length: 16 }, async (_, at) => {
    while (!isOver) await put(others[at % 2] ?? backend, 'key', LARGE)
  })
  const reports: unknown[] = []
  for (const how of ['look', 'repair', 'look', 'repair', 'look'] as const) reports.push(await checkAll(backend, how))
  isOver = true
  await Promise.all(writing)
  for (const report of reports) expect(report).toMatchObject({ ...NOTHING_WRONG, entries: 1 })
})

test('an entry that is overwritten each time its file has been read keeps no check going', async () => {
  const store = openFile(planSqlite({ path: newPath() }))
  onTestFinished(() => store.transactions.close(undefined))
  const entry = entryOf('key', LARGE)
  const write = () => storeLarge(store, { key: 'key', entry, encoded: entry.encode(), nowMs: NOW_MS, lease: undefined })
  await write()
  const { folder } = store.files
  const read = folder.read.bind(folder)
  folder.read = async (...file) => {
    const content = await read(...file)
    await write()
    return content
  }
  let entryCount = 0
  for await (const { entries, torn, orphans } of checkStore(store, false, NOW_MS)) {
    entryCount += entries
    expect({ torn, orphans }).toEqual({ torn: 0, orphans: 0 })
  }
  expect(entryCount).toBe(1)
})
