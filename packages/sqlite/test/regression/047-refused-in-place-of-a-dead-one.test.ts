/** Regression: a large value that was refused took the dead one under its key off the counters twice; emptied, the cache was set aside at its next opening. */
import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { checkAll, keysOf, NOTHING_WRONG, NOW_MS, put } from '../entries.ts'
import { expectConsistent } from '../inspection.ts'
import { attach, openStore } from '../stores.ts'

const MB = 2 ** 20
const LIMITS = { maxBytes: 2 * MB, eviction: 'none' } as const
const LIFE_MS = 10

test.each([
  { end: 'has expired', nowMs: NOW_MS + LIFE_MS, invalidated: [] },
  { end: 'has been invalidated', nowMs: NOW_MS, invalidated: ['tag'] },
])('what $end is taken off the counters once', async ({ nowMs, invalidated }) => {
  const { backend, path } = openStore(LIMITS)
  expect(await put(backend, 'other', 'o'.repeat(MB))).toBe('stored')
  expect(await put(backend, 'k', 'small', { tags: ['tag'], lifeMs: LIFE_MS })).toBe('stored')
  await backend.invalidate({ tags: invalidated }, NOW_MS)
  expect(await put(backend, 'k', 'k'.repeat(MB), { nowMs })).toBe('admission')
  expect(await backend.usage(nowMs)).toMatchObject({ entryCount: 1 })
  expect(await checkAll(backend, 'look')).toMatchObject({ entries: 1, ...NOTHING_WRONG })
  expect(await keysOf(backend, '', nowMs)).toEqual(['other'])
  expectConsistent(path)
})

test('emptied, the cache is not taken for damaged at its next opening', async () => {
  const { backend, path } = openStore(LIMITS)
  const nowMs = NOW_MS + LIFE_MS
  await put(backend, 'other', 'o'.repeat(MB))
  await put(backend, 'k', 'small', { lifeMs: LIFE_MS })
  expect(await put(backend, 'k', 'k'.repeat(MB), { nowMs })).toBe('admission')
  expect(await backend.delete('other', nowMs, undefined)).toBe(true)
  await backend.close()
  expect(await attach(path, LIMITS).usage(nowMs)).toMatchObject({ entryCount: 0, sizeBytes: 0 })
  expect(readdirSync(dirname(path)).filter((name) => name.includes('.corrupt-'))).toEqual([])
})
