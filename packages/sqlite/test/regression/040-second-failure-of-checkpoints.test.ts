/** Regression: of checkpoints that failed again, after others had succeeded, nobody was told, however much later. */
import type { Worker } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { CheckpointReport } from '../../src/checkpoint-thread.ts'
import { Checkpointer } from '../../src/checkpointer.ts'
import { newPath } from '../stores.ts'

const DONE: CheckpointReport = { isDone: true }
const FAILED: CheckpointReport = { isDone: false, failure: 'disk I/O error' }

test('each row of failures is told once', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const path = newPath()
  const database = new Sqlite(path)
  database.pragma('journal_mode = WAL')
  let nowMs = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  const checkpointer = new Checkpointer(database, { path, maxBytes: 67_108_864 }, { hold() {}, resume() {} })
  const begun = new Promise<Worker>((resolve) => process.once('worker', resolve))
  onTestFinished(async () => {
    vi.restoreAllMocks()
    await checkpointer.stop()
    database.close()
  })
  database.exec('CREATE TABLE t (v); INSERT INTO t VALUES (zeroblob(8000000))')
  checkpointer.look()
  const thread = await begun
  // What it says of the first order, and of those that follow, is said for it.
  await new Promise<void>((resolve) => thread.once('message', () => resolve()))
  const order = vi.spyOn(thread, 'postMessage').mockImplementation(() => undefined)
  const told: number[] = []
  for (const report of [FAILED, FAILED, DONE, DONE, FAILED, FAILED]) {
    nowMs += 10_000
    database.exec('DELETE FROM t; INSERT INTO t VALUES (zeroblob(8000000))')
    order.mockClear()
    checkpointer.look()
    expect(order).toHaveBeenCalledTimes(1)
    thread.emit('message', report)
    told.push(warn.mock.calls.length)
  }
  expect(told).toEqual([1, 1, 1, 1, 2, 2])
  expect(clock).toHaveBeenCalled()
})
