/** Regression: where the clock was set forward by more than an hour while a large value was being written, and a sweep came by, the write was answered `stored`, and the older value stayed. */
import { yieldToLoop } from '@stowage/core'
import { expect, test } from 'vitest'
import { held, NOW_MS, put } from '../entries.ts'
import { attach, openStore } from '../stores.ts'
import { large } from '../value-file-sight.ts'

const AHEAD_MS = 13 * 3_600_000

test('it is the newer one that is there', async () => {
  const { backend, path } = openStore()
  const other = attach(path)
  await put(backend, 'key', 'old', { lifeMs: 1e12 })
  // In a turn that has just begun, what comes first is done at once: it has its place, and its file is not written yet.
  await yieldToLoop()
  const writing = put(backend, 'key', large('a'), { lifeMs: 1e12 })
  await other.sweep(NOW_MS + AHEAD_MS)
  expect(await writing).toBe('stored')
  expect(await held(backend, 'key')).toBe(large('a'))
})
