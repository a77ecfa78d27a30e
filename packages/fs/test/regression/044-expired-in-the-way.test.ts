/** Regression: with `eviction: 'none'` a full cache refused writes while entries that had expired filled it, until they were swept. */
import type { Backend, WriteOutcome } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { entryOf } from '../bare-backend.ts'
import { newDirectory } from '../stores.ts'

const NOW_MS = 1_000_000_000_000
const COUNT = 10
const SHORT_MS = 10_000
const LONG_MS = 100_000

function opened(limits: { maxEntries?: number; maxBytes?: number }): Backend {
  const backend = fsBackend({ directory: newDirectory(), eviction: 'none', ...limits })
  onTestFinished(async () => {
    await backend.close()
  })
  return backend
}

async function set(backend: Backend, key: string, nowMs: number, lifeMs: number): Promise<WriteOutcome> {
  return backend.set(key, entryOf(key, Buffer.alloc(10), nowMs, lifeMs), nowMs, undefined)
}

test.each([{ maxEntries: COUNT }, { maxBytes: COUNT * 4_096 }])(
  'what has expired makes room within %o',
  async (limits) => {
    const backend = opened(limits)
    const removed: string[] = []
    backend.onRemoval((key, cause) => removed.push(`${key} ${cause}`))
    for (let at = 0; at < COUNT; at++) {
      expect(await set(backend, `key ${at}`, NOW_MS, at < 2 ? SHORT_MS : LONG_MS)).toBe('stored')
    }
    expect(await set(backend, 'early', NOW_MS + 1, LONG_MS)).toBe('admission')
    const laterMs = NOW_MS + SHORT_MS
    const outcomes = []
    for (const key of ['one', 'two', 'three']) outcomes.push(await set(backend, key, laterMs, LONG_MS))
    expect(outcomes).toEqual(['stored', 'stored', 'admission'])
    expect(removed.toSorted()).toEqual(['key 0 expired', 'key 1 expired'])
    expect((await backend.usage(laterMs)).entryCount).toBe(COUNT)
  },
)

test('an entry that has expired is replaced as ever', async () => {
  const backend = opened({ maxEntries: 1 })
  await set(backend, 'key', NOW_MS, SHORT_MS)
  expect(await set(backend, 'key', NOW_MS + SHORT_MS, LONG_MS)).toBe('stored')
  expect(await set(backend, 'other', NOW_MS + SHORT_MS, LONG_MS)).toBe('admission')
})
