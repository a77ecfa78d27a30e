// A set, and a load with whoever waited for it, took as long as the walk of an invalidation that had failed and was tried again.
import { type Backend, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('what is written while an invalidation walks is not kept, after backendTimeout', async () => {
  const clock = createFakeClock()
  const inner = faultyBackend(new ReferenceBackend(), clock)
  const walk = Promise.withResolvers<void>()
  let isDown = true
  let goOn: (() => void) | undefined
  const backend: Backend = {
    ...inner,
    invalidate: async (target, nowMs, onProgress) => {
      if (isDown) throw new Error('down')
      goOn = onProgress
      await walk.promise
      await inner.invalidate(target, nowMs)
    },
  }
  const cache = createCache({ backend, ttl: '1h', clock, backendTimeout: '2s' })
  await expect(cache.invalidate({ prefix: 'a' })).rejects.toThrow('down')
  isDown = false
  const told: unknown[] = []
  const setting = cache.set('a', 'set').then((result) => told.push(result))
  const loading = cache.getOrSet('ab', () => 'loaded').then((value) => told.push(value))
  for (let seconds = 0; seconds < 4; seconds++) {
    await new Promise(setImmediate)
    clock.advanceMs(1_000)
    goOn?.()
  }
  await new Promise(setImmediate)
  const toldInTime = [...told]
  walk.resolve()
  await Promise.all([setting, loading])
  expect(toldInTime).toEqual([{ outcome: 'refused', reason: 'fault' }, 'loaded'])
  await cache.set('a', 'later')
  expect(await cache.get('a')).toBe('later')
  await cache.close()
  expect(clock.timerCount).toBe(0)
})
