/** Touching gives other instants to what can still be served, and to nothing else. */
import type { Backend } from '@stowage/core'
import { expect, test } from 'vitest'
import { NOW_MS, put } from './entries.ts'
import { openStore } from './stores.ts'

test.each([
  ['expired', async () => undefined, NOW_MS + 10],
  ['been invalidated', async (backend: Backend) => backend.invalidate({ tags: ['t'] }, NOW_MS), NOW_MS],
  ['been cleared away', async (backend: Backend) => backend.invalidate({ all: true }, NOW_MS), NOW_MS],
] as const)('an entry that has %s since it was seen is not brought back', async (_, act, nowMs) => {
  const { backend } = openStore()
  await put(backend, 'key', 1, { tags: ['t'], lifeMs: 10 })
  const seen = await backend.get('key', NOW_MS)
  await act(backend)
  const expireAtMs = nowMs + 1_000
  const times = { storedAtMs: NOW_MS, staleAtMs: expireAtMs, errorOnlyAtMs: expireAtMs, expireAtMs }
  expect(typeof seen !== 'string' && (await backend.touch('key', seen, times, nowMs, 'keep'))).toBe(false)
  expect(await backend.get('key', nowMs)).toBeTypeOf('string')
})
