// A shared load that a backend had no room for a lease for waited for a holder that there was not.
import { type Backend, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('it runs, and is not stored; where there is a holder it waits', async () => {
  const clock = createFakeClock()
  const inner = faultyBackend(new ReferenceBackend(), clock)
  let hasRoom = false
  const backend: Backend = { ...inner, lease: (...wish) => (hasRoom ? inner.lease(...wish) : undefined) }
  const cache = createCache({ backend, ttl: '1h', clock, singleFlight: 'shared' })
  let loadCount = 0
  const load = () => cache.getOrSet('key', () => ++loadCount)
  const pass = async (lengthMs: number) => {
    for (let atMs = 0; atMs < lengthMs; atMs += 10) {
      await new Promise(setImmediate)
      clock.advanceMs(10)
    }
    await new Promise(setImmediate)
  }
  const loaded = load()
  await pass(1_000)
  expect(loadCount).toBe(1)
  expect(await loaded).toBe(1)
  expect(await cache.get('key')).toBeUndefined()
  hasRoom = true
  const held = await inner.lease('key', 'exclusive', 10_000, clock.nowMs())
  const waited = load()
  await pass(5_000)
  expect(loadCount, 'there is a holder').toBe(1)
  if (held !== undefined) await inner.release(held)
  await pass(100)
  expect(await waited).toBe(2)
  expect(await cache.get('key')).toBe(2)
  await cache.close()
})
