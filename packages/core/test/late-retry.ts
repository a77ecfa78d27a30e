/** A cache of which an invalidation has failed; tried again, that is answered when the test says so. */
import { type Backend, type Cache, createCache, type Target } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect } from 'vitest'

interface LateRetry {
  readonly cache: Cache
  readonly comeThrough: () => void
}

/** @param holds what the backend keeps of a value */
export async function lateRetry(target: Target, holds: 'bytes' | 'values'): Promise<LateRetry> {
  const clock = createFakeClock()
  const inner = faultyBackend(new ReferenceBackend({ holds }), clock)
  const slow = Promise.withResolvers<void>()
  let isDown = true
  const backend: Backend = {
    ...inner,
    async invalidate(again, nowMs) {
      if (isDown) throw new Error('down')
      await slow.promise
      await inner.invalidate(again, nowMs)
    },
  }
  const cache = createCache({ backend, ttl: '1h', clock })
  await expect(cache.invalidate(target)).rejects.toThrow('down')
  isDown = false
  return { cache, comeThrough: slow.resolve }
}
