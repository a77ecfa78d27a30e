/** Regression: a permit that tryAcquire was given without hearing of it was nobody's for a whole ttl; acquire gave it back. */
import { BackendError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createLock } from '@stowage/structures'
import { expect, test, vi } from 'vitest'

test.each(['tryAcquire', 'acquire'] as const)('%s gives back what it may have been given', async (method) => {
  const { spaces, ...backend } = memoryBackend({ maxEntries: 1 })
  if (spaces === undefined) throw new Error('no spaces')
  const lock = createLock({ ...backend, spaces }, 'nightly')
  const made = spaces.commit.bind(spaces)
  vi.spyOn(spaces, 'commit').mockImplementationOnce(async (...asked) => {
    await made(...asked)
    throw new Error('the answer was lost')
  })
  await expect(lock[method]()).rejects.toThrow(BackendError)
  expect(await lock.stats()).toEqual({ holders: 0, waiting: 0 })
  await using permit = await lock.tryAcquire()
  expect(permit?.isHeld).toBe(true)
})
