/** Walking an index, or checking a structure, did not let the event loop turn before the end where the backend answers at once. */
import { memoryBackend } from '@stowage/memory'
import { createIndex } from '@stowage/structures'
import { expect, test } from 'vitest'

test('between pages the loop turns', async () => {
  const index = createIndex<number>(memoryBackend({ maxEntries: 1 }), 'index')
  await index.setMany(Array.from({ length: 2_000 }, (_, at) => [`key ${at}`, at] as const))
  const turnsDuring = async (walk: () => Promise<unknown>): Promise<number> => {
    let turnCount = 0
    let isOver = false
    const turn = (): void => {
      turnCount++
      if (!isOver) setImmediate(turn)
    }
    setImmediate(turn)
    await walk()
    isOver = true
    return turnCount
  }
  expect(await turnsDuring(() => Array.fromAsync(index.entries()))).toBeGreaterThanOrEqual(9)
  expect(await turnsDuring(() => index.check())).toBeGreaterThanOrEqual(9)
})
