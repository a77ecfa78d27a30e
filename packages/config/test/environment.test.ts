/** Every variable does what it says, and a wrong one is refused by its name. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFromEnv, type Environment, settingsFromEnv } from '@stowage/config'
import { ConfigError } from '@stowage/core'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from './temp-folder.ts'

async function open(env: Environment) {
  const directory = tempFolder()
  const cache = await cacheFromEnv({}, { CACHE_DIR: directory, ...env })
  onTestFinished(() => cache.close())
  return { cache, directory }
}

test('without any variable: memory before sqlite, 500 MB, an hour', async () => {
  const { cache, directory } = await open({})
  await cache.set('key', 1)
  expect(await cache.get('key')).toBe(1)
  expect(Object.keys(cache.stats().tiers)).toEqual(['memory'])
  expect((await cache.usage()).limit.bytes).toBe(500_000_000)
  expect(existsSync(join(directory, 'cache/cache.db'))).toBe(true)
  expect(settingsFromEnv({}).defaults.ttl).toBe('1h')
})

test('backend, size, compression and sweeping are as written', () => {
  const env = {
    CACHE_BACKEND: 'fs',
    CACHE_MAX_SIZE_MB: '0.5',
    CACHE_COMPRESSION: 'zstd',
    CACHE_SWEEP_INTERVAL: '5m',
    CACHE_TTL: 'forever',
  }
  expect(settingsFromEnv(env).defaults).toEqual({
    backend: 'fs',
    maxBytes: 500_000,
    compression: 'zstd',
    sweepInterval: 300_000,
    ttl: 'forever',
  })
})

test('CACHE_MODE=disabled and ENABLE_DISK_CACHE=false need no change of code', async () => {
  const { cache, directory } = await open({ CACHE_MODE: 'disabled', ENABLE_DISK_CACHE: 'false' })
  await cache.set('key', 1)
  expect(await cache.get('key')).toBeUndefined()
  expect(existsSync(join(directory, 'cache'))).toBe(false)
})

test('an empty variable is as good as none', () => {
  expect(settingsFromEnv({ CACHE_BACKEND: '', CACHE_TTL: ' ', REDIS_URL: '' })).toEqual(settingsFromEnv({}))
})

test.each([
  [{ CACHE_MODE: 'on' }, "CACHE_MODE: 'on' is not known; allowed: 'full', 'selective', 'disabled'"],
  [{ CACHE_BACKEND: 'disk' }, "CACHE_BACKEND: 'disk' is not known"],
  [{ CACHE_MAX_SIZE_MB: 'lots' }, "CACHE_MAX_SIZE_MB: 'lots' is not a size"],
  [{ CACHE_MAX_SIZE_MB: '0' }, "CACHE_MAX_SIZE_MB: '0' is not a size"],
  [{ CACHE_TTL: '3600' }, "CACHE_TTL: '3600' is not a ttl"],
  [{ CACHE_COMPRESSION: 'gzip' }, "CACHE_COMPRESSION: 'gzip' is not known"],
  [{ CACHE_SWEEP_INTERVAL: '-1s' }, "CACHE_SWEEP_INTERVAL: '-1s' is not a duration"],
  [{ ENABLE_DISK_CACHE: '0' }, "ENABLE_DISK_CACHE: '0' is not known"],
  [{ CACHE_BACKEND: 'redis' }, 'REDIS_URL: missing'],
])('%j is refused', async (env: Environment, message) => {
  await expect(cacheFromEnv({}, env)).rejects.toThrow(ConfigError)
  await expect(cacheFromEnv({}, env)).rejects.toThrow(message)
})
