/** The log stays short, whoever writes, and nobody waits for ever because of it. */
import { once } from 'node:events'
import { statSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Checkpointer } from '../src/checkpointer.ts'
import { put } from './entries.ts'
import { expectConsistent } from './inspection.ts'
import { newPath, openStore } from './stores.ts'

const MEGABYTE = 1_000_000

test('writes without a pause do not let the log outgrow its limit, unless a reader holds it', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
  const { backend, path } = openStore({ maxBytes: '2GB' })
  // Another letter each time: SQLite leaves pages alone that would not change.
  const valueAt = (at: number) => String.fromCharCode(97 + (at % 23)).repeat(MEGABYTE / 10)
  let at = 0
  const write = async (count: number) => {
    for (const end = at + count; at < end; at++)
      expect(await put(backend, `key ${at % 200}`, valueAt(at))).toBe('stored')
  }
  const logBytes = () => statSync(`${path}-wal`).size
  await write(1_200)
  expect(logBytes()).toBeLessThan(80 * MEGABYTE)
  expect(logBytes(), 'held back for a reason').toBeGreaterThan(60 * MEGABYTE)
  const reader = new Sqlite(path, { readonly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM stowage_entry_v1').get()
  await write(800)
  expect(logBytes()).toBeGreaterThan(80 * MEGABYTE)
  expect(warn.mock.calls.map(([warning]) => String(warning))).toEqual([expect.stringContaining('grows past 64 MB')])
  reader.close()
  // With the reader gone it begins anew, and is cut back.
  for (let tries = 0; logBytes() > 80 * MEGABYTE && tries < 400; tries++) await write(4)
  expect(logBytes()).toBeLessThan(80 * MEGABYTE)
  expectConsistent(path)
})

test('where the thread cannot run, SQLite does its checkpoints itself, with a warning', async () => {
  const database = new Sqlite(newPath())
  onTestFinished(() => {
    database.close()
  })
  database.pragma('journal_mode = WAL')
  const calls: string[] = []
  const gate = { hold: () => calls.push('hold'), resume: () => calls.push('resume') }
  const checkpointer = new Checkpointer(database, { path: newPath(), maxBytes: 67_108_864 }, gate)
  database.exec('CREATE TABLE t (v); INSERT INTO t VALUES (zeroblob(70000000))')
  const warned = once(process, 'warning')
  checkpointer.look()
  expect(await warned).toMatchObject([{ code: 'STOWAGE_SQLITE_CHECKPOINT' }])
  expect(calls).toEqual(['hold', 'resume'])
  expect(database.pragma('wal_autocheckpoint', { simple: true })).toBe(1_000)
  await checkpointer.stop()
})

test('at its end the thread has written back all of the log', async () => {
  const path = newPath()
  const database = new Sqlite(path)
  onTestFinished(() => {
    database.close()
  })
  database.pragma('journal_mode = WAL')
  const gate = { hold: () => undefined, resume: () => undefined }
  const checkpointer = new Checkpointer(database, { path, maxBytes: 67_108_864 }, gate)
  const log = database.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)')
  const leftPages = () => {
    const found = log.get()
    return found === undefined ? undefined : found.log - found.checkpointed
  }
  database.exec('CREATE TABLE t (v); INSERT INTO t VALUES (zeroblob(8000000))')
  checkpointer.look()
  await expect.poll(leftPages).toBe(0)
  database.exec('INSERT INTO t VALUES (zeroblob(8000000))')
  expect(leftPages()).toBeGreaterThan(1_000)
  await checkpointer.end()
  expect(leftPages()).toBe(0)
})

test('a thread that fails after it was told to stop is no news, and ends nothing', async () => {
  const database = new Sqlite(newPath())
  database.pragma('journal_mode = WAL')
  const gate = { hold: () => undefined, resume: () => undefined }
  const checkpointer = new Checkpointer(database, { path: newPath(), maxBytes: 67_108_864 }, gate)
  database.exec('CREATE TABLE t (v); INSERT INTO t VALUES (zeroblob(70000000))')
  const started = new Promise<Worker>((resolve) => process.once('worker', resolve))
  checkpointer.look()
  const thread = await started
  checkpointer.abandon()
  database.close()
  // Rejected by the error; an exception thrown for it would end the process, and this test.
  await expect(once(thread, 'exit')).rejects.toThrow('unable to open')
})

test('a log that outgrew its limit for a reader must keep it again once that has gone', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const path = newPath()
  const database = new Sqlite(path)
  database.pragma('journal_mode = WAL')
  let holdCount = 0
  const resumed: (() => void)[] = []
  const gate = { hold: () => holdCount++, resume: () => resumed.pop()?.() }
  const checkpointer = new Checkpointer(database, { path, maxBytes: 4_194_304 }, gate)
  onTestFinished(async () => {
    await checkpointer.stop()
    database.close()
    warn.mockRestore()
  })
  database.exec('CREATE TABLE t (v)')
  /** Past the limit, and not past twice as much. */
  const write = () => database.exec('INSERT INTO t VALUES (zeroblob(4800000))')
  for (let times = 1; times <= 2; times++) {
    const reader = new Sqlite(path, { readonly: true })
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM t').get()
    write()
    const isResumed = new Promise<void>((resolve) => resumed.push(resolve))
    checkpointer.look()
    expect(holdCount, 'held back').toBe(times)
    await isResumed
    reader.close()
    // The next write begins the log anew.
    database.pragma('wal_checkpoint(RESTART)')
    database.exec('DELETE FROM t')
    checkpointer.look()
  }
  expect(warn).toHaveBeenCalledTimes(2)
})
