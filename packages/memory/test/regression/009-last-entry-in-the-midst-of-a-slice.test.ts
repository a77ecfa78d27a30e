// Of a cache that had been larger than 32,768 entries, an invalidation by prefix that took out the last ended the process, and a sweep failed.
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { entryOf } from '../entries.ts'

const SLOT_COUNT = 33_000
const LEFT_COUNT = 32_900
const LATER = { staleAtMs: 1e9, errorOnlyAtMs: 1e9, expireAtMs: 1e9 }

async function shrunkenBackend() {
  const backend = memoryBackend({ maxEntries: SLOT_COUNT })
  for (let at = 0; at < SLOT_COUNT; at++) await backend.set(`old:${at}`, entryOf(at, [], LATER), 0, undefined)
  for (let at = LEFT_COUNT; at < SLOT_COUNT; at++) await backend.delete(`old:${at}`, 0, undefined)
  return backend
}

test('an invalidation that takes out the last entry ends, and so does the next', async () => {
  const backend = await shrunkenBackend()
  const goneAfterTurns = async () => {
    for (let turnCount = 0; turnCount < 100; turnCount++) await new Promise(setImmediate)
    return (await backend.usage(0)).entryCount === 0
  }
  await backend.invalidate({ prefix: 'old:' }, 0)
  expect(await goneAfterTurns()).toBe(true)
  await backend.set('new:1', entryOf(1, [], LATER), 0, undefined)
  await backend.invalidate({ prefix: 'new:' }, 0)
  expect(await goneAfterTurns()).toBe(true)
})

test('a sweep that takes out the last entry goes to its end', async () => {
  const backend = await shrunkenBackend()
  let steps = 0
  for (let isDone = false; !isDone && steps < 100; steps++) isDone = (await backend.sweep(2e9)).done
  expect((await backend.usage(2e9)).entryCount).toBe(0)
  expect(steps).toBeLessThan(100)
})
