// A function that gave no fingerprint counted as none named: whatever was stored was served, whatever it was derived from.
import { type Cache, ConfigError, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'

let cache: Cache

beforeEach(async () => {
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  await cache.set('key', 'of yesterday', { fingerprint: 'yesterday' })
})

const fingerprint = (() => undefined) as never

test.each<[string, () => Promise<unknown>]>([
  ['getOrSet', () => cache.getOrSet('key', () => 'new', { fingerprint })],
  ['getOrSetMany', () => cache.getOrSetMany(['key'], () => new Map(), { fingerprint })],
  ['set', () => cache.set('key', 'new', { fingerprint })],
  ['a wrapped function', () => cache.wrap(() => 'new', { key: () => 'key', fingerprint })()],
])('%s refuses a function that gives no fingerprint', async (_, call) => {
  await expect(call()).rejects.toThrow(ConfigError)
  await expect(call()).rejects.toThrow('fingerprint: undefined is not allowed; allowed: non-empty text')
  expect(await cache.get('key')).toBe('of yesterday')
})
