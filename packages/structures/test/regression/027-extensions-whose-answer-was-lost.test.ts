/** Regression: a job whose extension was made, but its answer lost, was its worker's no longer: it could be neither acknowledged nor extended, and came again. */
import { BackendError } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { createQueue } from '@stowage/structures'
import { expect, test, vi } from 'vitest'
import { describeBackends, type TestStore } from '../backends.ts'

async function pulledFrom(store: TestStore) {
  const backend = store.open()
  const { spaces } = backend
  if (spaces === undefined) throw new Error('no spaces')
  const clock = createFakeClock()
  const queue = createQueue<string>(backend, 'jobs', { clock, visibility: '10s' })
  await queue.push('long')
  const job = await queue.pull()
  if (job === undefined) throw new Error('no job')
  clock.advanceMs(5_000)
  return { queue, job, clock, made: spaces.commit.bind(spaces), commit: vi.spyOn(spaces, 'commit') }
}

describeBackends((kind) => {
  test('it is looked for where it may be', async () => {
    await using store = await kind.create()
    const { queue, job, clock, made, commit } = await pulledFrom(store)
    commit.mockImplementationOnce(async (...asked) => {
      await made(...asked)
      throw new Error('the answer was lost')
    })
    await expect(job.extend()).rejects.toThrow(BackendError)
    clock.advanceMs(6_000)
    expect(await queue.pull()).toBeUndefined()
    expect(await job.extend()).toBe(true)
    clock.advanceMs(9_000)
    expect(await queue.pull()).toBeUndefined()
    expect(await job.ack()).toBe(true)
    expect(await queue.size()).toBe(0)
  })

  test('it is where it was when none was made, and its next taker’s after its time', async () => {
    await using store = await kind.create()
    const { queue, job, clock, commit } = await pulledFrom(store)
    commit.mockRejectedValueOnce(new Error('out of reach'))
    await expect(job.extend()).rejects.toThrow(BackendError)
    // Hidden until the very instant that the extension would have reached.
    clock.advanceMs(5_000)
    const other = await queue.pull()
    expect(await other?.extend('5s')).toBe(true)
    expect(await job.ack()).toBe(false)
    expect(await other?.ack()).toBe(true)
  })
})
