/** A job that was delayed or kept until an instant of more than 16 digits came at once, or was never found again. */
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

test.each([1e16, 1e22, Number.MAX_VALUE])('%d ms is far away', async (lengthMs) => {
  const clock = createFakeClock(Date.UTC(2026, 0, 1))
  const queue = createQueue<string>(memoryBackend({ maxEntries: 1 }), 'queue', { clock, visibility: lengthMs })
  await queue.push('delayed', { delay: lengthMs })
  expect(await queue.pull()).toBeUndefined()
  await queue.push('kept')
  const job = await queue.pull()
  clock.advanceMs(1_000)
  expect(await queue.pull()).toBeUndefined()
  expect(await job?.extend(lengthMs)).toBe(true)
  expect(await queue.pull()).toBeUndefined()
  expect(await job?.nack()).toBe(true)
  expect(await queue.pull()).toMatchObject({ value: 'kept', tries: 2 })
  expect(await queue.check()).toMatchObject({ misplaced: 0, wrong: 0 })
})
