// A snapshot to, and a restore from, what is no file failed with a bare EISDIR, and a restore from a pipe waited for ever.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, onTestFinished, test } from 'vitest'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test.each(['snapshot', 'restore'] as const)('%s refuses a folder by name', async (operation) => {
  const folder = newFolder()
  const refused: unknown = await memoryBackend({ maxEntries: 1 })
    [operation](folder)
    .catch((thrown: unknown) => thrown)
  expect(refused).toBeInstanceOf(ConfigError)
  expect(String(refused)).toContain(`${operation}: path: '${folder}' is a folder; allowed: the path of a file`)
})

test('restore refuses a pipe into which nobody writes', async () => {
  const pipe = join(newFolder(), 'pipe')
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe])
  await expect(memoryBackend({ maxEntries: 1 }).restore(pipe)).rejects.toThrow(/is no file; allowed/)
})
