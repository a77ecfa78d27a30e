/** Regression: what was derived, during an invalidation by prefix, from an entry not yet reached stayed where the walk had been before. */
import type { Backend } from '@stowage/core'
import { expect, test } from 'vitest'
import { shardOf } from '../../src/shard-plan.ts'
import { held, keysOf, NOW_MS, put } from '../entries.ts'
import { openStore } from '../stores.ts'

/** Reads what the invalidation has not reached, and writes what it makes of it where it has been. */
async function derive(backend: Backend, from: string, to: string): Promise<string> {
  const lease = await backend.lease(to, 'fence', 30_000, NOW_MS)
  expect(await held(backend, from)).toBe('old')
  return put(backend, to, 'derived from old', { lease })
}

test.each([
  ['prefix', { prefix: 'many:' }],
  ['pattern', { pattern: 'many:*', root: '' }],
])('by %s: not in one file', async (_, target) => {
  const { backend } = openStore()
  for (let at = 0; at < 1_500; at++) await put(backend, `many:${at}`, 'old')
  const done = backend.invalidate(target, NOW_MS)
  const late = await backend.lease('many:1', 'fence', 30_000, NOW_MS)
  expect(await derive(backend, 'many:999', 'many:0')).toBe('stored')
  await done
  expect(await keysOf(backend)).toEqual([])
  expect(await put(backend, 'many:1', 'late', { lease: late })).toBe('superseded')
})

test('nor in another shard', async () => {
  const { backend } = openStore({ shards: 2 })
  const keys = Array.from({ length: 3_000 }, (_, at) => `many:${at}`)
  const [short = '', ...rest] = keys.filter((key) => shardOf(key, 2) === 0)
  expect(rest.length).toBeGreaterThan(1_000)
  const long = keys.filter((key) => shardOf(key, 2) === 1)
  for (const key of [short, ...long]) await put(backend, key, 'old')
  const done = backend.invalidate({ prefix: 'many:' }, NOW_MS)
  expect(await derive(backend, long.toSorted().at(-1) ?? '', short)).toBe('stored')
  await done
  expect(await keysOf(backend)).toEqual([])
})
