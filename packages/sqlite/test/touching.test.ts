/** Touching gives other instants to what can still be served, and to nothing else. */
import type { Backend } from '@stowage/core'
import { expect, test } from 'vitest'
import { NOW_MS, put, sweepAll } from './entries.ts'
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

test('what is to end sooner than it was is found by the sweep that comes then', async () => {
  const { backend } = openStore()
  await put(backend, 'key', 1, { lifeMs: 1_000 })
  for (const lifeMs of [1_000, 10]) await put(backend, 'overwritten', 1, { lifeMs })
  const seen = await backend.get('key', NOW_MS)
  if (typeof seen === 'string') throw new Error(seen)
  const expireAtMs = NOW_MS + 10
  const times = { storedAtMs: NOW_MS, staleAtMs: expireAtMs, errorOnlyAtMs: expireAtMs, expireAtMs }
  expect(await backend.touch('key', seen, times, NOW_MS, 'keep')).toBe(true)
  expect(await sweepAll(backend, expireAtMs)).toEqual({ expired: 2, invalidated: 0 })
})
