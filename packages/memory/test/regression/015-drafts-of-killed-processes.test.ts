// Each process that was killed while it took a snapshot left a file as large as what had been written, for good.
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryBackend } from '@stowage/memory'
import { expect, onTestFinished, test } from 'vitest'

test('the next snapshot takes it away, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const put = (name: string, ageMs: number): void => {
    const path = join(folder, name)
    writeFileSync(path, 'part of a snapshot')
    const atMs = Date.now() - ageMs
    utimesSync(path, atMs / 1_000, atMs / 1_000)
  }
  put('snapshot.abcdefgh-_12.tmp', 120_000)
  put('snapshot.being-written.tmp', 120_000)
  put('snapshot.abcdefgh-_13.tmp', 1_000)
  put('other.abcdefgh-_12.tmp', 120_000)
  await memoryBackend({ maxEntries: 1 }).snapshot(join(folder, 'snapshot'))
  expect(readdirSync(folder).sort()).toEqual([
    'other.abcdefgh-_12.tmp',
    'snapshot',
    'snapshot.abcdefgh-_13.tmp',
    'snapshot.being-written.tmp',
  ])
})
