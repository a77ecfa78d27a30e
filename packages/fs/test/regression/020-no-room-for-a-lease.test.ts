/** Regression: with as many leases as there may be, everybody who asked was given the key exclusively, by a lease that nobody knew. */
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { newDirectory } from '../stores.ts'

const MAX_LEASES = 65_536
const LENGTH_MS = 10_000
const NOW_MS = 1_700_000_000_000

test('none is given, of either mode, until one ends', { timeout: 60_000 }, async () => {
  const backend = fsBackend({ directory: newDirectory() })
  onTestFinished(() => backend.close())
  const take = async (key: string, mode: 'fence' | 'exclusive', nowMs: number) =>
    backend.lease(key, mode, LENGTH_MS, nowMs)
  for (let at = 0; at < MAX_LEASES; ) {
    const end = at + 1_024
    const taken = await Promise.all(
      Array.from({ length: end - at }, (_, of) => take(`key ${at + of}`, 'fence', NOW_MS)),
    )
    expect(taken.every((lease) => lease !== undefined)).toBe(true)
    at = end
  }
  expect(await take('key', 'exclusive', NOW_MS)).toBeUndefined()
  expect(await take('key', 'fence', NOW_MS)).toBeUndefined()
  expect(await take('key', 'exclusive', NOW_MS + LENGTH_MS)).toBeDefined()
  expect(await take('key', 'exclusive', NOW_MS + LENGTH_MS)).toBeUndefined()
})
