// `refreshAhead` took 0, which refreshed behind every hit, and 1, which never did.
import { ConfigError, createCache } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test.each([0, 1, Number.NaN])('%d is refused', async (refreshAhead) => {
  const options = { backend: new ReferenceBackend(), ttl: '1h' } as const
  expect(() => createCache({ ...options, refreshAhead })).toThrow(ConfigError)
  const cache = createCache(options)
  await expect(cache.getOrSet('key', () => 1, { refreshAhead })).rejects.toThrow(
    `refreshAhead: ${refreshAhead} is not a part; allowed: numbers above 0 and below 1`,
  )
})
