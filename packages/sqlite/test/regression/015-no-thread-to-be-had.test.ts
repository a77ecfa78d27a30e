/** Where no thread could be started at all, as under `--permission`, writes were held back for ever. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Checkpointer } from '../../src/checkpointer.ts'

vi.mock('../../src/thread.ts', () => ({
  startThread() {
    throw new Error('threads are not allowed')
  },
}))

function opened() {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-sqlite-'))
  const path = join(folder, 'cache.db')
  const database = new Sqlite(path)
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => {
    database.close()
    warn.mockRestore()
    rmSync(folder, { recursive: true })
  })
  database.pragma('journal_mode = WAL')
  const calls: string[] = []
  const gate = { hold: () => calls.push('hold'), resume: () => calls.push('resume') }
  const checkpointer = new Checkpointer(database, { path, maxBytes: 67_108_864 }, gate)
  return { database, checkpointer, warn, isHeld: () => calls.at(-1) === 'hold' }
}

test('SQLite does the checkpoints itself then, and nothing waits', () => {
  const { database, checkpointer, warn, isHeld } = opened()
  const write = (byteCount: number) => {
    checkpointer.look()
    database.exec(`CREATE TABLE IF NOT EXISTS t (v); INSERT INTO t VALUES (zeroblob(${byteCount}))`)
  }
  for (const byteCount of [8_000_000, 70_000_000, 8_000_000, 8_000_000]) write(byteCount)
  expect(isHeld()).toBe(false)
  expect(database.pragma('wal_autocheckpoint', { simple: true })).toBe(1_000)
  expect(warn).toHaveBeenCalledOnce()
  expect(warn.mock.calls[0]?.[1]).toMatchObject({ code: 'STOWAGE_SQLITE_CHECKPOINT' })
})

test('who wants the file shorter is answered', async () => {
  const { checkpointer } = opened()
  await checkpointer.shorten()
  await checkpointer.shorten()
  await checkpointer.end()
})
