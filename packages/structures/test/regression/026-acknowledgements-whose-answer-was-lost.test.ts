/** Regression: an acknowledgement that went with a pull whose answer was lost said that the job was no longer this caller's, where it had taken it out. */
import { BackendError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test, vi } from 'vitest'

async function pulledOf(count: number) {
  const { spaces, ...backend } = memoryBackend({ maxEntries: 1 })
  if (spaces === undefined) throw new Error('no spaces')
  const queue = createQueue<number>({ ...backend, spaces }, 'jobs')
  await queue.pushMany(Array.from({ length: count + 1 }, (_, value) => ({ value })))
  const jobs = await queue.pullMany(count)
  return { queue, jobs, made: spaces.commit.bind(spaces), commit: vi.spyOn(spaces, 'commit') }
}

test.each([1, 3])('what may have been made is no answer to %d', async (count) => {
  const { queue, jobs, made, commit } = await pulledOf(count)
  commit.mockImplementationOnce(async (...asked) => {
    await made(...asked)
    throw new Error('the answer was lost')
  })
  const answers = await Promise.allSettled([...jobs.map((job) => job.ack()), queue.pull()])
  for (const answer of answers) {
    expect(answer.status === 'rejected' && answer.reason instanceof BackendError).toBe(true)
  }
  expect(await queue.stats()).toEqual({ ready: 0, waiting: 1, dead: 0 })
})

test('what was not made is made then', async () => {
  const { queue, jobs, commit } = await pulledOf(2)
  commit.mockRejectedValueOnce(new Error('out of reach'))
  const [one, other, pull] = await Promise.allSettled([...jobs.map((job) => job.ack()), queue.pull()])
  expect([one, other]).toEqual([one, other].map(() => ({ status: 'fulfilled', value: true })))
  expect(pull?.status).toBe('rejected')
  expect(await queue.stats()).toEqual({ ready: 1, waiting: 0, dead: 0 })
})
