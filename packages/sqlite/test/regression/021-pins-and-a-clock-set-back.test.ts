/** Regression: after a backup, a clock that was set back kept the files of replaced values, beyond every limit, until it had caught up. */
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { put } from '../entries.ts'
import { openStore } from '../stores.ts'
import { filesOf, large } from '../value-file-sight.ts'

const DAY_MS = 86_400_000
const PIN_MS = 30_000

test('what a backup set ends as if the clock had not been set, and the next backup sets its own', async () => {
  const startMs = Date.now()
  vi.useFakeTimers({ toFake: ['Date'], now: startMs + DAY_MS })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const { backend, path } = openStore()
  await put(backend, 'key', large('a'))
  await backend.backup(`${path}.first`)
  vi.setSystemTime(startMs)
  await put(backend, 'key', large('b'))
  expect(await filesOf(backend, path)).toHaveLength(1)
  expect(await backend.backup(`${path}.second`)).toMatchObject({ files: 1, missingFiles: 0 })
  const database = new Sqlite(path, { readonly: true })
  const pinned = database.prepare('SELECT pinned_until_ms FROM stowage_meta_v1').pluck().get()
  database.close()
  expect(pinned).toBe(startMs + PIN_MS)
})
