/** Closing writes down what was noted beside the file, and lets the event loop turn meanwhile. */
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { held, put } from './entries.ts'
import { expectConsistent } from './inspection.ts'
import { attach, newPath } from './stores.ts'

test('all uses are written down, a bounded number at a time', async () => {
  const path = newPath()
  const backend = attach(path)
  const keys = Array.from({ length: 1_500 }, (_, at) => `key ${at}`)
  await Promise.all(keys.map((key) => put(backend, key, 1)))
  await Promise.all(keys.map((key) => held(backend, key)))
  let turnCount = 0
  let isClosed = false
  const turn = () => {
    turnCount++
    if (!isClosed) setImmediate(turn)
  }
  setImmediate(turn)
  await backend.close()
  isClosed = true
  expect(turnCount).toBeGreaterThan(4)
  const database = new Sqlite(path, { readonly: true })
  expect(database.prepare('SELECT count(*) FROM stowage_entry_v1 WHERE uses > 0').pluck().get()).toBe(1_500)
  database.close()
  expectConsistent(path)
})
