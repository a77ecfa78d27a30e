/** One pattern that was invalidated more than 1,000 times while the cache was walked through took everything else with it. */
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { entryOf } from '../entries.ts'

const ENTRY_COUNT = 5_000
const TIMES = 1_100
const LATER = { staleAtMs: 1e9, errorOnlyAtMs: 1e9, expireAtMs: 1e9 }

test('a pattern that is asked for again and again takes out what it covers', async () => {
  const backend = memoryBackend({ maxEntries: ENTRY_COUNT })
  const keyAt = (at: number) => `${at}:${at % 2 === 0 ? 'list' : 'part'}`
  for (let at = 0; at < ENTRY_COUNT; at++) await backend.set(keyAt(at), entryOf(at, [], LATER), 0, undefined)
  for (let time = 0; time < TIMES; time++) {
    await backend.invalidate({ pattern: '*:list', root: '' }, 0)
    if (time === 0) continue
    expect(backend.getSync(keyAt(ENTRY_COUNT - 2), 0, 'use')).toBeUndefined()
    await backend.set(keyAt(ENTRY_COUNT - 2), entryOf(time, [], LATER), 0, undefined)
  }
  for (let turnCount = 0; turnCount < 100; turnCount++) await new Promise(setImmediate)
  expect((await backend.usage(0)).entryCount).toBe(ENTRY_COUNT / 2 + 1)
  expect(backend.getSync(keyAt(ENTRY_COUNT - 2), 0, 'use')).toBe(TIMES - 1)
})
