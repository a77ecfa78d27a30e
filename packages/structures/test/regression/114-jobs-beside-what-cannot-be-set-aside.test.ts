/** Regression: where the backend failed as a pull set a spent job aside, the jobs pulled with it were given to nobody and had lost a try; with one try they became dead letters unseen. */
import { BackendError } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test, vi } from 'vitest'

async function queueWithSpent() {
  const { spaces, ...backend } = memoryBackend({ maxEntries: 1 })
  if (spaces === undefined) throw new Error('no spaces')
  const clock = createFakeClock()
  const queue = createQueue<string>({ ...backend, spaces }, 'jobs', { maxTries: 1, visibility: '1m', clock })
  await queue.push('spent')
  await queue.pull()
  clock.advanceMs(60_000)
  const made = spaces.commit.bind(spaces)
  const failAtSecond = () =>
    vi
      .spyOn(spaces, 'commit')
      .mockImplementationOnce(made)
      .mockImplementationOnce(() => {
        throw new Error('out of reach')
      })
  return { queue, clock, failAtSecond }
}

test('they are given to who pulled them', async () => {
  const { queue, clock, failAtSecond } = await queueWithSpent()
  await queue.push('fresh')
  failAtSecond()
  const [job, ...others] = await queue.pullMany(10)
  expect([job?.value, job?.tries, others]).toEqual(['fresh', 1, []])
  expect(await job?.ack()).toBe(true)
  expect(await queue.stats()).toEqual({ ready: 0, waiting: 1, dead: 0 })
  clock.advanceMs(60_000)
  expect(await queue.pullMany(10)).toEqual([])
  expect(await queue.stats()).toEqual({ ready: 0, waiting: 0, dead: 1 })
  expect(await queue.check()).toMatchObject({ wrong: 0, jobs: 0 })
})

test('where there are none the failure is told', async () => {
  const { queue, failAtSecond } = await queueWithSpent()
  failAtSecond()
  await expect(queue.pullMany(10)).rejects.toThrow(BackendError)
})
