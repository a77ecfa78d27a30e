/** Regression: work went on asking a backend that was closed, once every two seconds and for ever: it never settled, and kept the process alive. */
import { UsageError } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test, vi } from 'vitest'
import { describeBackends } from '../backends.ts'

describeBackends((kind) => {
  test('it ends where the backend is closed', async () => {
    await using store = await kind.create()
    const backend = store.open()
    const queue = createQueue<number>(backend, 'jobs')
    await backend.close()
    const onError = vi.fn()
    await expect(queue.work(() => undefined, { onError })).rejects.toThrow(UsageError)
    expect(onError).not.toHaveBeenCalled()
  })
})

test('it ends where the backend is closed while it waits, when what is under way is done', async () => {
  const backend = memoryBackend({ maxEntries: 1 })
  const queue = createQueue<number>(backend, 'jobs', { clock: createFakeClock() })
  await queue.push(1)
  const handled = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const told: unknown[] = []
  const handle = (): Promise<void> => {
    begun.resolve()
    return handled.promise
  }
  const work = queue.work(handle, { concurrency: 2, onError: (error, job) => told.push([error, job?.value]) })
  const ended = vi.fn()
  work.catch(ended)
  await begun.promise
  await backend.close()
  await new Promise(setImmediate)
  expect(ended).not.toHaveBeenCalled()
  handled.resolve()
  await expect(work).rejects.toThrow(UsageError)
  expect(told).toEqual([[expect.any(UsageError), 1]])
})

test('it ends at once where a backend fails and that is thrown on', async () => {
  const { spaces, ...backend } = memoryBackend({ maxEntries: 1 })
  if (spaces === undefined) throw new Error('no spaces')
  const queue = createQueue<number>({ ...backend, spaces }, 'jobs', { clock: createFakeClock() })
  vi.spyOn(spaces, 'commit').mockRejectedValue(new Error('out of reach'))
  const onError = (error: unknown): never => {
    throw error
  }
  await expect(queue.work(() => undefined, { onError })).rejects.toThrow('out of reach')
})
