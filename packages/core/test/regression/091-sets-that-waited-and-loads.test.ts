// A set that waited until an invalidation that had failed was tried again gave way to a load of its key that had begun before it; and came behind a newer set, where that was called right when the waiting was over.
import { type Backend, type Cache, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

let cache: Cache
let comeThrough: () => void

/** Of what is tagged, an invalidation has failed; tried again, it is answered when the test says so. */
beforeEach(async () => {
  const clock = createFakeClock()
  const inner = faultyBackend(new ReferenceBackend(), clock)
  const slow = Promise.withResolvers<void>()
  let isDown = true
  const backend: Backend = {
    ...inner,
    async invalidate(target, nowMs) {
      if (isDown) throw new Error('down')
      await slow.promise
      await inner.invalidate(target, nowMs)
    },
  }
  cache = createCache({ backend, ttl: '1h', clock })
  await expect(cache.invalidate({ tags: ['t'] })).rejects.toThrow('down')
  isDown = false
  comeThrough = slow.resolve
})

test('what is set while a load runs is there after it', async () => {
  const { loader, runs } = heldLoader()
  const loading = cache.getOrSet('key', loader)
  await turn()
  const setting = cache.set('key', 'set', { tags: ['t'] })
  runs[0]?.settle('loaded before')
  expect(await loading).toBe('loaded before')
  comeThrough()
  expect(await setting).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toBe('set')
})

test.each(Array.from({ length: 20 }, (_, at) => at))('a set called %d microtasks later stays', async (microtasks) => {
  const setting = cache.set('key', 'older', { tags: ['t'] })
  await turn()
  comeThrough()
  for (let at = 0; at < microtasks; at++) await Promise.resolve()
  await cache.set('key', 'newer')
  await setting
  expect(await cache.get('key')).toBe('newer')
})
