/** On a full queue, the second of two pushed jobs of one id was a `duplicate` of the first, which had been refused. */
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

const backend = memoryBackend({ maxEntries: 1 })

test('nothing is a duplicate of what was refused', async () => {
  const queue = createQueue<number>(backend, 'short', { maxLength: 1 })
  await queue.push(0, { id: 'there' })
  const twice = await queue.pushMany([
    { value: 1, id: 'new' },
    { value: 2, id: 'new' },
    { value: 3, id: 'there' },
  ])
  expect(twice).toEqual([
    { outcome: 'refused', reason: 'full' },
    { outcome: 'refused', reason: 'full' },
    { outcome: 'duplicate', id: 'there' },
  ])
})
