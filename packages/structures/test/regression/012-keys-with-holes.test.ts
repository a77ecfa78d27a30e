/** A list with a hole was written as the list without it: two keys had one text. */
import { UsageError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createIndex } from '@stowage/structures'
import { expect, test } from 'vitest'

test('a key with a hole is no key', async () => {
  const index = createIndex<string, readonly number[]>(memoryBackend({ maxEntries: 1 }), 'index')
  await index.set([1], 'one')
  const holey = Array<number>(2)
  holey[1] = 1
  await expect(index.get(holey)).rejects.toThrow(UsageError)
})
