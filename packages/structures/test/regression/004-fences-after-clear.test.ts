/** An index that was cleared had forgotten the highest fencing token it had seen: who had lost the lock could write again. */
import { memoryBackend } from '@stowage/memory'
import { createIndex } from '@stowage/structures'
import { expect, test } from 'vitest'

test('an old token is refused by an index that was cleared', async () => {
  const index = createIndex<number>(memoryBackend({ maxEntries: 1 }), 'index')
  await index.set('key', 1, { fence: 10 })
  await index.setMany(Array.from({ length: 1_200 }, (_, at) => [`key ${at}`, at] as const))
  await index.clear()
  expect(await index.size()).toBe(0)
  expect(await index.set('key', 2, { fence: 5 })).toBe('superseded')
  expect(await index.set('key', 3, { fence: 10 })).toBe('stored')
})
