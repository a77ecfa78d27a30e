// A codec that could not read what was stored made misses that nobody was told the reason of.
import { type CacheEvents, CodecError, createCache, defaultCodec } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('the miss comes with a fault that says why', async () => {
  const cause = new Error('key has been rotated')
  const codec = {
    ...defaultCodec,
    name: 'sealing',
    decode: () => {
      throw cause
    },
  }
  const backend = new ReferenceBackend({ holds: 'bytes' })
  const cache = createCache({ backend, ttl: '1h', codec, clock: createFakeClock() })
  const faults: CacheEvents['fault'][] = []
  cache.on('fault', (fault) => faults.push(fault))
  await cache.set('key', 1)
  expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'undecodable' })
  expect(faults).toMatchObject([{ operation: 'decode', error: { direction: 'decode', codec: 'sealing', cause } }])
  expect(faults[0]?.error).toBeInstanceOf(CodecError)
  expect(cache.stats().faults).toBe(1)
})
