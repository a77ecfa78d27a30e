/** Regression: where a later shard could not be watched, the watches of those before it went on for as long as the backend, and nobody could stop them. */
import { mkdirSync, renameSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { attach, newPath } from '../stores.ts'

test('none goes on', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const path = newPath()
  const backend = attach(path, { shards: 3 })
  renameSync(`${path}.shard-2`, `${path}.elsewhere`)
  mkdirSync(`${path}.shard-2`)
  // It is seen that the path leads to something else.
  vi.advanceTimersByTime(1_000)
  const before = vi.getTimerCount()
  expect(() => backend.watch(() => undefined)).toThrow('cannot be opened')
  expect(vi.getTimerCount()).toBe(before)
})
