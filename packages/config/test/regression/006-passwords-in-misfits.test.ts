/** Regression: the address of a server was shown whole, with its password, where it was given to a backend or in a place that takes none. */
import { cacheFromEnv, createCaches, loadSettings, settingsFromEnv } from '@stowage/config'
import { ConfigError } from '@stowage/core'
import { expect, test } from 'vitest'

const URL = 'redis://app:s3/cr?et@pass@cache.example:6379'
const QUERY = 'redis://cache.example/0?db=1&sentinelPassword=s3cret#s3cret'
const LONG = `redis://${'a'.repeat(70)}:s3cret@cache.example`

test.each([URL, QUERY, LONG])('%s is not shown by what refuses it', async (url) => {
  const attempts: readonly (() => unknown)[] = [
    ...[
      { defaults: { ttl: '1h', url }, kinds: { pages: {} } },
      { kinds: { pages: { ttl: '1h', url } } },
      { kinds: { pages: { ttl: '1h', backend: url } } },
      { kinds: { pages: { ttl: '1h', tiers: url } } },
      { kinds: { pages: { ttl: '1h', tiers: ['memory', url] } } },
      { kinds: { pages: { ttl: '1h', tiers: ['memory', { backend: url }] } } },
      { kinds: { pages: { ttl: '1h', bus: url } } },
      { kinds: { pages: url } },
      { kinds: { [url]: { ttl: '1h' } } },
    ].map((settings) => (): unknown => Reflect.apply(createCaches, undefined, [settings])),
    () => settingsFromEnv({ CACHE_BACKEND: url }),
    () => settingsFromEnv({ CACHE_MAX_SIZE_MB: url }),
    () => cacheFromEnv({}, { CACHE_TTL: url }),
    () => loadSettings(url),
  ]
  for (const attempt of attempts) {
    const refused: unknown = await new Promise((resolve) => {
      resolve(attempt())
    }).catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(ConfigError)
    expect(String(refused)).toContain('redis://')
    expect(String(refused)).not.toMatch(/s3|cr\?et|pass@|aaa/)
  }
})
