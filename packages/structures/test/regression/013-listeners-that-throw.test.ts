/** What `onError` threw beside other jobs was nobody's: an unhandled rejection, and a worker that went on with one hand less. */
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

test.each([1, 4])('with a concurrency of %d it ends the work, which fails with it', async (concurrency) => {
  const queue = createQueue<number>(memoryBackend({ maxEntries: 1 }), 'queue')
  await queue.pushMany([{ value: 0 }, { value: 1 }])
  const finished: number[] = []
  const work = queue.work(
    async ({ value }) => {
      if (value === 0) throw new Error('the job failed')
      await new Promise((resolve) => setImmediate(resolve))
      finished.push(value)
    },
    {
      concurrency,
      onError: (error) => {
        throw new Error('and so did its listener', { cause: error })
      },
    },
  )
  await expect(work).rejects.toThrow('and so did its listener')
  // What was under way is finished, and what failed is there for others.
  expect(finished).toEqual(concurrency === 1 ? [] : [1])
  expect(await queue.stats()).toEqual({ ready: concurrency === 1 ? 2 : 1, waiting: 0, dead: 0 })
})
