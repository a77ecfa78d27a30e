// A near tier that failed to forget kept its copy for good where a machine with a fast clock had written the entry: it seemed newer.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'

test('what was deleted is not served again when the tier is well', async () => {
  const clock = createFakeClock()
  const far = new ReferenceBackend({ holds: 'bytes' })
  const fast = createCache({ backend: far, ttl: '1h', clock: createFakeClock(clock.nowMs() + 2_000) })
  const near = faultyBackend(new ReferenceBackend(), clock)
  const cache = createCache({
    backend: hybridBackend({ tiers: [near, far], clock, onTier: () => undefined }),
    ttl: '1h',
    clock,
  })
  await fast.set('key', 'old')
  expect(await cache.get('key')).toBe('old')
  await new Promise(setImmediate)
  near.inject('delete', { kind: 'throw', error: new Error('the disk is full') })
  expect(await cache.delete('key')).toBe(true)
  expect(await cache.get('key')).toBeUndefined()
  near.heal()
  for (let at = 0; at < 10; at++) {
    clock.advanceMs(1_000)
    await new Promise(setImmediate)
    expect(await cache.get('key')).toBeUndefined()
  }
})
