/** An invalidated entry was valid again while a large value that was to replace it was written, and for good where that failed. */
import { expect, test } from 'vitest'
import { lookup } from '../../src/lookup.ts'
import { openStore as openFile } from '../../src/open-store.ts'
import { planSqlite } from '../../src/options.ts'
import { storeEntry } from '../../src/storing.ts'
import { sweep } from '../../src/sweep.ts'
import { invalidateTags } from '../../src/tags.ts'
import { storeLarge } from '../../src/value-files/large-write.ts'
import { entryOf, NOW_MS } from '../entries.ts'
import { newPath } from '../stores.ts'

test('what a tag has invalidated stays so beside the large value that replaces it', async () => {
  const store = openFile(planSqlite({ path: newPath(), maxBytes: 8_000_000 }))
  const { transactions, statements, files } = store
  const writing = (key: string, value: string, tags: string[] = []) => {
    const entry = entryOf(key, value, { tags })
    return { key, entry, encoded: entry.encode(), nowMs: NOW_MS, lease: undefined }
  }
  const put = (key: string, value: string, tags?: string[]) =>
    transactions.write((turn) => storeEntry(store, turn, writing(key, value, tags)))
  await put('key', 'old', ['tag'])
  for (let at = 0; at < 56; at++) await put(`filler ${at}`, 'x'.repeat(100_000))
  await transactions.write((turn) => invalidateTags(statements, turn, ['tag']))
  const found: unknown[] = []
  files.folder.write = async () => {
    for (let at = 0; at < 3; at++) await transactions.write((turn) => sweep(store, turn, NOW_MS))
    found.push(await lookup(store, 'key', NOW_MS, undefined))
    throw new Error('no room on the disk')
  }
  await expect(storeLarge(store, writing('key', 'y'.repeat(700_000)))).rejects.toThrow('no room on the disk')
  found.push(await lookup(store, 'key', NOW_MS, undefined))
  for (const each of found) expect(['absent', 'invalidated']).toContain(each)
  await transactions.close(undefined)
})
