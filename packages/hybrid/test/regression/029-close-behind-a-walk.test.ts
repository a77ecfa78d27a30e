// Closing waited for an invalidation that a tier had failed and that was tried again for as long as that walked, and all behind that tier stayed open.
import { type Backend, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test, vi } from 'vitest'

test('a tier that still walks after ten seconds is left behind, and all are closed', async () => {
  const clock = createFakeClock()
  const inner = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  let isDown = true
  let goOn: (() => void) | undefined
  const walking: Backend = {
    ...inner,
    invalidate(_, __, onProgress) {
      if (isDown) throw new Error('down')
      goOn = onProgress
      return new Promise<void>(() => undefined)
    },
  }
  const far: Backend = { ...walking, truth: walking }
  const near = memoryBackend({ maxEntries: 9 })
  const closes = [vi.spyOn(near, 'close'), vi.spyOn(far, 'close')]
  const backend = hybridBackend({ tiers: [near, far], clock, onTier: () => undefined })
  const cache = createCache({ backend, ttl: '1h', clock, backendTimeout: '1m' })
  await cache.invalidate({ prefix: 'a' }).catch(() => 'as may be')
  isDown = false
  const closing = expect(cache.close()).rejects.toThrow(/not carried out/)
  for (let passedMs = 0; passedMs < 11_000; passedMs += 500) {
    for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate)
    clock.advanceMs(500)
    goOn?.()
  }
  await new Promise(setImmediate)
  expect(goOn).toBeDefined()
  for (const close of closes) expect(close).toHaveBeenCalledOnce()
  await closing
})
