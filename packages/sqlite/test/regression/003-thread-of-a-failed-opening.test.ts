/** A backend that could not be made, as cutting an old store down failed, left its checkpoint thread with the file open. */
import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { sqliteBackend } from '@stowage/sqlite'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { put } from '../entries.ts'
import { attach, newPath } from '../stores.ts'

test('a construction that throws leaves no thread behind', async () => {
  const path = newPath()
  const first = attach(path)
  for (let at = 0; at < 600; at++) await put(first, `key ${at}`, 'x')
  await first.close()
  const other = new Sqlite(path)
  onTestFinished(() => {
    other.close()
  })
  // One entry leaves more in the log than stays there, and a later one cannot be evicted.
  other.exec(`CREATE TABLE t (v);
    CREATE TRIGGER grows AFTER DELETE ON stowage_entry_v1 WHEN old.key = 'key 100'
    BEGIN INSERT INTO t VALUES (zeroblob(10000000)); END;
    CREATE TRIGGER kept BEFORE DELETE ON stowage_entry_v1 WHEN old.key = 'key 400' BEGIN SELECT RAISE(ABORT, 'kept'); END`)
  const started: Worker[] = []
  const note = (worker: Worker) => started.push(worker)
  process.on('worker', note)
  expect(() => sqliteBackend({ path, maxEntries: 10 })).toThrow(/kept/)
  await new Promise(setImmediate)
  process.off('worker', note)
  expect(started).toHaveLength(1)
  const [thread] = started
  if (thread?.threadId !== -1) await once(thread ?? process, 'exit')
  expect(thread?.threadId).toBe(-1)
})
