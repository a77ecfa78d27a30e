// A version or a fingerprint with a lone surrogate was no longer itself when it came back from a backend of bytes: nothing under it was ever a hit.
import { ConfigError, createCache } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

const ILL_FORMED = 'v\ud800'

test('it is refused', async () => {
  const backend = new ReferenceBackend({ holds: 'bytes' })
  const refusal = 'holds a lone surrogate, which has no UTF-8 form'
  expect(() => createCache({ backend, ttl: '1h', version: ILL_FORMED })).toThrow(ConfigError)
  expect(() => createCache({ backend, ttl: '1h', version: ILL_FORMED })).toThrow(`version: 'v�' ${refusal}`)
  const cache = createCache({ backend, ttl: '1h', version: 'v\u{1f4a9}' })
  await expect(cache.set('key', 1, { fingerprint: ILL_FORMED })).rejects.toThrow(`fingerprint: 'v�' ${refusal}`)
  await expect(cache.getOrSet('key', () => 1, { fingerprint: () => ILL_FORMED })).rejects.toThrow(refusal)
})
