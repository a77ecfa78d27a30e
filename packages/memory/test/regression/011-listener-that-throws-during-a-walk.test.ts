// A listener of removals that threw kept the walk of an invalidation by prefix or pattern, and all later ones, from going on, or ended the process.
import { memoryBackend } from '@stowage/memory'
import { expect, test, vi } from 'vitest'
import { entryOf } from '../entries.ts'

/** Several slices of a walk. */
const ENTRY_COUNT = 20_000
const LATER = { staleAtMs: 1e9, errorOnlyAtMs: 1e9, expireAtMs: 1e9 }

async function leftAfterTurns(backend: ReturnType<typeof memoryBackend>): Promise<number> {
  for (let turnCount = 0; turnCount < 100; turnCount++) await new Promise(setImmediate)
  return (await backend.usage(0)).entryCount
}

test('walks come to their end, others hear of every removal, and the failure is told', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const backend = memoryBackend({ maxEntries: ENTRY_COUNT })
  for (let at = 0; at < ENTRY_COUNT; at++) {
    await backend.set(`${at % 2 === 0 ? 'even' : 'odd'}:${at}`, entryOf(at, [], LATER), 0, undefined)
  }
  let heardCount = 0
  backend.onRemoval(() => {
    throw new Error('the listener failed')
  })
  backend.onRemoval(() => heardCount++)
  await backend.invalidate({ prefix: 'odd' }, 0)
  expect([await leftAfterTurns(backend), heardCount]).toEqual([ENTRY_COUNT / 2, ENTRY_COUNT / 2])
  await backend.invalidate({ pattern: 'e*', root: '' }, 0)
  expect([await leftAfterTurns(backend), heardCount]).toEqual([0, ENTRY_COUNT])
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('the listener failed'), {
    code: 'STOWAGE_REMOVAL_LISTENER',
  })
  warn.mockRestore()
})
