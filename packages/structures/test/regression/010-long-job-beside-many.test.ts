/** Beside one job that takes long, every other one that was done left something behind that was kept until the long one had ended. */
import { queryObjects, setFlagsFromString } from 'node:v8'
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

test('what is kept does not grow with the jobs that are done', async () => {
  setFlagsFromString('--expose-gc')
  const queue = createQueue<number>(memoryBackend({ maxEntries: 1 }), 'queue')
  const longOne = Promise.withResolvers<void>()
  const stop = new AbortController()
  let doneCount = 0
  const livePromises: number[] = []
  await queue.pushMany(Array.from({ length: 1_001 }, (_, at) => ({ value: at })))
  await queue.work(
    async ({ value }) => {
      if (value === 0) return longOne.promise
      doneCount++
      if (doneCount === 200 || doneCount === 1_000) livePromises.push(queryObjects(Promise, { format: 'count' }))
      if (doneCount < 1_000) return
      longOne.resolve()
      stop.abort()
    },
    { concurrency: 2, signal: stop.signal },
  )
  const [early = 0, late = 0] = livePromises
  expect(late - early).toBeLessThan(400)
})
