/**
 * Regression: a setting that was undefined took the default's place, so that a limit of the environment gave way to 500 MB and a `ttl` was
 * said to be missing; and a wrong size passed beside redis.
 */
import { cacheFromEnv, createCaches, settingsFromEnv } from '@stowage/config'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'

test('an undefined setting of a cache leaves what the environment says', async () => {
  const env = { CACHE_DIR: tempFolder(), CACHE_BACKEND: 'fs', CACHE_MAX_SIZE_MB: '10' }
  const cache = await cacheFromEnv({ ttl: undefined, maxBytes: undefined }, env)
  onTestFinished(() => cache.close())
  expect((await cache.usage()).limit.bytes).toBe(10_000_000)
})

test('an undefined setting of a kind with a backend of its own leaves the default', async () => {
  const kinds = { pages: { backend: 'memory', ttl: undefined } } as const
  const caches = await createCaches({ defaults: { ttl: '5m' }, kinds })
  onTestFinished(() => caches.close())
  expect(await caches.pages.set('key', 1)).toMatchObject({ outcome: 'stored' })
})

test('an undefined setting of the last tier leaves what is said of its kind', async () => {
  const tiers = ['memory', { backend: 'fs', maxBytes: undefined }] as const
  const caches = await createCaches({
    directory: tempFolder(),
    kinds: { pages: { ttl: '5m', backend: 'hybrid', tiers, maxBytes: '10MB' } },
  })
  onTestFinished(() => caches.close())
  expect((await caches.pages.usage()).limit.bytes).toBe(10_000_000)
})

test('a wrong size is refused beside redis too', () => {
  const env = { CACHE_BACKEND: 'redis', REDIS_URL: 'redis://127.0.0.1:1', CACHE_MAX_SIZE_MB: 'lots' }
  expect(() => settingsFromEnv(env)).toThrow("CACHE_MAX_SIZE_MB: 'lots' is not a size")
})
