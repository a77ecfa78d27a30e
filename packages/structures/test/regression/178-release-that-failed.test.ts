/** Regression: a release that failed was answered with the same failure for ever, and the lock was nobody's for a whole ttl. */
import { memoryBackend } from '@stowage/memory'
import { createLock } from '@stowage/structures'
import { expect, test, vi } from 'vitest'

test('it is carried out when it is asked for again', async () => {
  const { spaces, ...backend } = memoryBackend({ maxEntries: 1 })
  if (spaces === undefined) throw new Error('no spaces')
  const lock = createLock({ ...backend, spaces }, 'nightly')
  const permit = await lock.acquire()
  vi.spyOn(spaces, 'commit').mockRejectedValueOnce(new Error('down'))
  const [once, beside] = await Promise.allSettled([permit.release(), permit.release()])
  expect([once.status, beside.status]).toEqual(['rejected', 'rejected'])
  expect(permit.isHeld).toBe(false)
  expect([await permit.release(), await permit.release()]).toEqual([true, true])
  await using next = await lock.tryAcquire()
  expect(next?.isHeld).toBe(true)
})
