/**
 * Regression: a log that had no room to grow, in a file that had, stopped all writes and deletions until the process ended; and one
 * checkpoint that failed for want of room cost the process its checkpoint thread.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Seen } from '../fixtures/no-room.ts'
import { newPath } from '../stores.ts'

const SOURCE = fileURLToPath(new URL('../fixtures/no-room.ts', import.meta.url))
const TIMEOUT = { timeout: 60_000 }

test.runIf(process.platform === 'linux')('the log is written back, and what fails is tried again', TIMEOUT, () => {
  const args = ['--conditions=@stowage/source', SOURCE, newPath()]
  const told = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' })) as Seen
  const { failedOverwrites, ...others } = told
  expect(failedOverwrites).toBeGreaterThan(0)
  expect(failedOverwrites).toBeLessThan(20)
  expect(others).toEqual({
    isLatestServed: true,
    isDeleted: true,
    hadNoRoom: true,
    afterwards: ['stored'],
    warnings: ["a checkpoint of 'path' failed (SqliteError: disk I/O error); its log grows until one succeeds"],
  })
})
