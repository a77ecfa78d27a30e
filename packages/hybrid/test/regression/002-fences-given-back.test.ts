// Fences in the near tier were kept when the far tier failed or held something unusable: they piled up per read.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test } from 'vitest'

test.each(['throw', 'other version', 'absent'])('every fence taken is given back: %s', async (what) => {
  const clock = createFakeClock()
  const near = faultyBackend(new ReferenceBackend(), clock)
  const far = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  if (what === 'other version') await createCache({ backend: far, ttl: '1h', clock, version: 'v1' }).set('key', 1)
  const cache = createCache({ backend: hybridBackend({ tiers: [near, far] }), ttl: '1h', clock, version: 'v2' })
  if (what === 'throw') far.inject('get', { kind: 'throw', error: new Error('down') })
  for (let at = 0; at < 4; at++) expect(await cache.get('key')).toBeUndefined()
  expect(near.callCounts.get('lease')).toBe(4)
  expect(near.callCounts.get('release')).toBe(4)
})

test('where the copy would end before it begins, too', async () => {
  const clock = createFakeClock()
  const near = faultyBackend(new ReferenceBackend(), clock)
  const far = new ReferenceBackend({ holds: 'bytes' })
  await createCache({ backend: far, ttl: '1h', clock: createFakeClock(clock.nowMs() + 20_000) }).set('key', 'value')
  const backend = hybridBackend({ tiers: [near, far], tierOptions: [{ maxTtl: '10s' }], clock })
  const cache = createCache({ backend, ttl: '1h', clock })
  for (let at = 0; at < 4; at++) expect(await cache.get('key')).toBe('value')
  expect(near.callCounts.get('lease')).toBe(4)
  expect(near.callCounts.get('release')).toBe(4)
})
