// A write held up by a slow near tier was given up, reached the far tier later, and overwrote a newer value.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'

const turn = () => new Promise(setImmediate)

test('writes reach the far tier in the order they were made', async () => {
  const clock = createFakeClock()
  const near = faultyBackend(new ReferenceBackend(), clock)
  const far = new ReferenceBackend({ holds: 'bytes' })
  const cache = createCache({ backend: hybridBackend({ tiers: [near, far] }), ttl: '1h', backendTimeout: 100, clock })
  near.inject('lease', { kind: 'late', delayMs: 1_000 })
  const first = cache.set('key', 'v1')
  await turn()
  clock.advanceMs(100)
  await first
  near.heal()
  await cache.set('key', 'v2')
  clock.advanceMs(1_000)
  await turn()
  await turn()
  expect(await cache.get('key')).toBe('v2')
})
