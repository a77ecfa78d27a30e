/** Regression: an `onTier`, `write` or clock that is none was taken, and told, if at all, when a tier failed or the first timer was due. */
import { ConfigError, createCache } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { type HybridOptions, hybridBackend, warmNear } from '@stowage/hybrid'
import { expect, test } from 'vitest'

const store = () => new ReferenceBackend({ holds: 'bytes' })

test.each([
  ['onTier', 5, 'onTier: 5 is not allowed; allowed: a function'],
  ['onTier', null, 'onTier: null is not allowed; allowed: a function'],
  ['clock', {}, 'clock: an object is not a clock; allowed: an object with nowMs and schedule'],
  ['write', null, "write: null is not known; allowed: 'through', 'behind'"],
])('%s: %j', (option, given, said) => {
  const options: HybridOptions = Object.assign({ tiers: [store(), store()] }, { [option]: given })
  expect(() => hybridBackend(options)).toThrow(new ConfigError(said))
})

test.each([
  ['onProgress', 5, 'onProgress: 5 is not allowed; allowed: a function'],
  ['clock', {}, 'clock: an object is not a clock; allowed: an object with nowMs and schedule'],
])('%s of warmNear: %j', async (option, given, said) => {
  const cache = createCache({ backend: hybridBackend({ tiers: [store(), store()] }), ttl: '1h' })
  await expect(warmNear(cache, Object.assign({}, { [option]: given }))).rejects.toThrow(new ConfigError(said))
  await cache.close()
})
