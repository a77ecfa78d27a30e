// Each snapshot, and each restore, left one more listener to removals behind: evictions of a service that took one a minute took ever longer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, onTestFinished, test, vi } from 'vitest'
import { RemovalReports } from '../../src/removal-reports.ts'

test('a cache that takes many listens once, and takes a file away that an eviction has made untrue', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'snapshot')
  const backend = memoryBackend({ maxEntries: 2 })
  const cache = createCache({ backend, ttl: '1h' })
  const listen = vi.spyOn(RemovalReports.prototype, 'listen')
  onTestFinished(() => listen.mockRestore())
  await cache.set('first', 1)
  await Promise.all([backend.snapshot(path), backend.snapshot(join(folder, 'another'))])
  await backend.restore(join(folder, 'none'))
  await backend.snapshot(path)
  expect(listen).toHaveBeenCalledTimes(1)

  for (const key of ['second', 'third', 'fourth']) await cache.set(key, 1)
  await cache.set('first', 2)
  expect(await memoryBackend({ maxEntries: 2 }).restore(path)).toMatchObject({ outcome: 'absent' })
})
