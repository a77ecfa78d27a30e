/** Of more than 16 invalidations by prefix or pattern at once each walked through the whole cache in one go: 100 held the loop for seconds. */
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { entryOf } from '../entries.ts'

const ENTRY_COUNT = 20_000
const TARGET_COUNT = 1_000
const LATER = { staleAtMs: 1e9, errorOnlyAtMs: 1e9, expireAtMs: 1e9 }

test.each([
  ['prefixes', (at: number) => ({ prefix: `user:${at}:` })],
  ['patterns', (at: number) => ({ pattern: `user:${at}:*`, root: '' })],
] as const)('%s that are invalidated at once are walked together, behind', async (_, targetOf) => {
  const backend = memoryBackend({ maxEntries: ENTRY_COUNT })
  const keyAt = (at: number) => `user:${at % (TARGET_COUNT * 2)}:part:${at}`
  for (let at = 0; at < ENTRY_COUNT; at++) await backend.set(keyAt(at), entryOf(at, [], LATER), 0, undefined)
  const entryCount = async () => (await backend.usage(0)).entryCount
  for (let at = 0; at < TARGET_COUNT; at++) await backend.invalidate(targetOf(at), 0)
  // The first slice is looked at when the first is asked for; the rest is left to later turns of the loop.
  expect(await entryCount()).toBe(ENTRY_COUNT - 1)
  for (const at of [1, TARGET_COUNT - 1, ENTRY_COUNT - TARGET_COUNT - 1]) {
    expect(backend.getSync(keyAt(at), 0, 'use')).toBe(at % (TARGET_COUNT * 2) < TARGET_COUNT ? undefined : at)
  }
  await backend.set(keyAt(1), entryOf('new', [], LATER), 0, undefined)
  let turnCount = 0
  for (; (await entryCount()) > ENTRY_COUNT / 2 + 1; turnCount++) await new Promise(setImmediate)
  expect(backend.getSync(keyAt(1), 0, 'use')).toBe('new')
  // Two walks of 20 slices each, of fewer slots where beginnings differ in length.
  expect(turnCount).toBeLessThan(120)
})
