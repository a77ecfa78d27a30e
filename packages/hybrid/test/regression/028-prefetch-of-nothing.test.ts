// prefetchRelated without options, or without a cache, failed as a TypeError from within; an option it does not know was passed over.
import { ConfigError, createCache } from '@stowage/core'
import { hybridBackend, prefetchRelated } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const backend = hybridBackend({ tiers: [memoryBackend({ maxEntries: 1 }), memoryBackend({ maxEntries: 1 })] })
const cache = createCache({ backend, ttl: '1m' })
const options = { backend, related: () => [] }

test.each<[string, unknown, unknown, string]>([
  ['no options', cache, undefined, 'prefetchRelated: undefined is not an options object'],
  ['an unknown option', cache, { ...options, depth: 2 }, "unknown option 'depth'; allowed: backend, related"],
  ['no cache', undefined, options, 'cache: undefined is not a cache; allowed: what createCache() returns'],
])('%s is refused by name', (_, given, options, message) => {
  const attempt = (): unknown => Reflect.apply(prefetchRelated, undefined, [given, options])
  expect(attempt).toThrow(ConfigError)
  expect(attempt).toThrow(message)
})
