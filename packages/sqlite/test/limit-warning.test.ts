/** A limit that nobody chose is not silent. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { openStore } from '../src/open-store.ts'
import { planSqlite, type SqliteOptions } from '../src/options.ts'
import { storeEntry } from '../src/storing.ts'
import { entryOf, NOW_MS } from './entries.ts'
import { newPath } from './stores.ts'

/** What the process is warned of while far more is stored than fits. */
async function warningsOf(options: Omit<SqliteOptions, 'path'>): Promise<string[]> {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
  const store = openStore({ ...planSqlite({ path: newPath(), ...options }), maxBytes: 2_000 })
  onTestFinished(() => store.transactions.close(undefined))
  for (let at = 0; at < 50; at++) {
    const key = `key ${at}`
    const entry = entryOf(key, 'value')
    const writing = { key, entry, encoded: entry.encode(), nowMs: NOW_MS, lease: undefined }
    await store.transactions.write((turn) => storeEntry(store, turn, writing))
  }
  return warn.mock.calls.map(([warning]) => String(warning))
}

test('the process is warned once, when the default limit makes entries leave', async () => {
  expect(await warningsOf({})).toEqual([expect.stringContaining('the default, and begins to evict; give maxBytes')])
})

test.each([{ maxBytes: '2KB' }, { maxEntries: 1_000 }] as const)('whoever chose a limit knows: %o', async (limits) => {
  expect(await warningsOf(limits)).toEqual([])
})
