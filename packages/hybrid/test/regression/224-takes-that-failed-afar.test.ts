/**
 * Regression: a take that was done afar, and whose answer was lost, was told to nobody: other processes served their near copies of what was gone
 * for as long as these may stay, also when taking it again had found nothing.
 */
import { BackendError, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test('what other processes hold near goes where it is not known whether a take was done', async () => {
  const clock = createFakeClock()
  const bus = new TestBus()
  const store = new ReferenceBackend({ holds: 'bytes' })
  let isAnswerLost = true
  const deaf = Object.assign(faultyBackend(store, clock), {
    delete: (...given: Parameters<typeof store.delete>) => {
      const answer = store.delete(...given)
      return isAnswerLost ? Promise.reject(new Error('the answer was lost')) : Promise.resolve(answer)
    },
  })
  const [other, taking] = [store, deaf].map((far) => {
    const tiers = [memoryBackend({ maxEntries: 9 }), far]
    return createCache({
      backend: hybridBackend({ tiers, bus: bus.attach(), clock, onTier: () => undefined }),
      ttl: '1h',
      clock,
    })
  })
  await other?.set('ticket', 'valid')
  expect(await other?.get('ticket')).toBe('valid')
  await expect(taking?.take('ticket')).rejects.toThrow(BackendError)
  await new Promise(setImmediate)
  isAnswerLost = false
  expect(await taking?.take('ticket')).toBeUndefined()
  expect(await other?.get('ticket')).toBeUndefined()
  await other?.close()
  await taking?.close()
})
