/** Of jobs without an id, pushed together with some that had one, pushMany told ids that were not theirs. */
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

test('each job has the id that its push was answered with', async () => {
  const queue = createQueue<number>(memoryBackend({ maxEntries: 1 }), 'jobs')
  await queue.push(0, { id: 'twice' })
  const pushed = await queue.pushMany([
    { value: 1, id: 'a' },
    { value: 2 },
    { value: 3, id: 'twice' },
    { value: 4, id: 'b' },
    { value: 5 },
    { value: 6 },
  ])
  const told = pushed.flatMap((each) => (each.outcome === 'pushed' ? [each.id] : []))
  expect((await queue.peek(10)).map(({ id }) => id)).toEqual(['twice', ...told])
  expect(new Set(told).size).toBe(5)
})
