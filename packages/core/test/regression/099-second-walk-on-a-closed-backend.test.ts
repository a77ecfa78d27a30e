// A walk that came through after close() had left it behind was followed by the next one, on a backend that was closed: a fault that said nothing.
import { type Backend, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

test('nothing is tried any more', async () => {
  const clock = createFakeClock()
  const inner = faultyBackend(new ReferenceBackend(), clock)
  const walk = Promise.withResolvers<void>()
  let isDown = true
  let walkCount = 0
  let goOn: (() => void) | undefined
  const backend: Backend = {
    ...inner,
    invalidate(target, nowMs, onProgress) {
      if (isDown) throw new Error('down')
      goOn = onProgress
      // The second one is asked of what is closed.
      return walkCount++ === 0 ? walk.promise : inner.invalidate(target, nowMs)
    },
  }
  const cache = createCache({ backend, ttl: '1h', clock, backendTimeout: '2s' })
  for (const prefix of ['a', 'b']) await expect(cache.invalidate({ prefix })).rejects.toThrow('down')
  isDown = false
  const faults: unknown[] = []
  cache.on('fault', (fault) => faults.push(fault))
  const closing = cache.close()
  for (let seconds = 0; seconds < 10; seconds++) {
    await turn()
    clock.advanceMs(1_000)
    goOn?.()
  }
  await closing
  walk.resolve()
  await turn()
  expect(walkCount).toBe(1)
  expect(faults).toEqual([])
})
