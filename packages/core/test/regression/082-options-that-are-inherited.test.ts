// Beside a fingerprint that is a function, options that an object inherits were left out: no tags, and the cache's own ttl.
import { createCache, type EntryOptions } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

const reports: EntryOptions = { ttl: '1s', tags: ['reports'] }

test.each<[string, EntryOptions['fingerprint']]>([
  ['text', 'v1'],
  ['a function', () => 'v1'],
])('options are inherited beside a fingerprint that is %s', async (_, fingerprint) => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const options: EntryOptions = { fingerprint }
  Reflect.setPrototypeOf(options, reports)
  await cache.set('written', 1, options)
  await cache.getOrSet('loaded', () => 1, options)
  for (const key of ['written', 'loaded']) {
    expect(await cache.lookup(key)).toMatchObject({ ttlLeftMs: 1_000, tags: ['reports'] })
  }
  await expect(cache.set('written', 1, { ...options, unknown: 1 } as never)).rejects.toThrow("unknown option 'unknown'")
})
