/** Regression: a load that had begun before an invalidation by prefix stored its value amid it, for others to derive theirs from behind the walk. */
import type { WriteOutcome } from '@stowage/core'
import { expect, test } from 'vitest'
import { keysOf, NOW_MS, put } from '../entries.ts'
import { openStore } from '../stores.ts'

test.each([
  ['prefix', { prefix: 'many:' }],
  ['pattern', { pattern: 'many:*', root: '' }],
])('by %s: it stores nothing once the walk has begun', async (_, target) => {
  const { backend } = openStore()
  for (let at = 0; at < 1_500; at++) await put(backend, `many:${at}`, 'old')
  const taken = await Promise.all(
    Array.from({ length: 600 }, async (_each, at) => backend.lease(`many:9${at}`, 'fence', 30_000, NOW_MS)),
  )
  const other = await backend.lease('other', 'fence', 30_000, NOW_MS)
  let toldCount = 0
  let late: Promise<WriteOutcome> | undefined
  await backend.invalidate(target, NOW_MS, () => {
    // Rows are being listed; the second walk is still to come.
    if (++toldCount === 4) late = put(backend, 'many:9599', 'old', { lease: taken.at(-1) })
  })
  expect(await late).toBe('superseded')
  expect(await keysOf(backend)).toEqual([])
  expect(await put(backend, 'other', 'mine', { lease: other })).toBe('stored')
})
