/** Settings from environment variables, so that operation can change them without a change of code. */
import { type Cache, ConfigError, describe, durationMs, oneOf, type Ttl, ttlMs } from '@stowage/core'
import { createCaches } from './caches.ts'
import { flushLengthMs } from './hybrid-plan.ts'
import type { KindSettings, SharedSettings } from './settings.ts'
import { serverUrl } from './tier-plan.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const DEFAULT_MB = 500
const DEFAULT_TTL = '1h'

/**
 * | variable | allowed | default |
 * | --- | --- | --- |
 * | `CACHE_MODE` | full, selective, disabled | full |
 * | `CACHE_BACKEND` | memory, fs, sqlite, redis, hybrid (memory, then sqlite) | hybrid |
 * | `CACHE_DIR` | a folder | cache |
 * | `CACHE_MAX_SIZE_MB` | megabytes, of what holds everything | 500 |
 * | `CACHE_TTL` | e.g. 30s, 15m, 1h, forever | 1h |
 * | `CACHE_COMPRESSION` | none, zstd | none |
 * | `CACHE_FLUSH_INTERVAL` | up to 5s: a hybrid's writes are answered first and written to the disk this often | written at once |
 * | `CACHE_SWEEP_INTERVAL` | e.g. 5m | by itself |
 * | `REDIS_URL` | redis://... | needed by redis |
 * | `ENABLE_DISK_CACHE` | true, false (memory only) | true |
 *
 * @throws ConfigError naming the variable, its value and what is allowed
 */
export function settingsFromEnv(env: Environment = process.env): SharedSettings & { readonly defaults: KindSettings } {
  if (typeof env !== 'object' || env === null) {
    throw new ConfigError(`env: ${describe(env)} is not an environment; allowed: an object of texts, as process.env`)
  }
  // Checked whatever the backend is: a wrong variable is not to show only when that changes.
  const flushInterval = read(env, 'CACHE_FLUSH_INTERVAL', flushLengthMs)
  const maxBytes = megabytes(env)
  const backend = read(env, 'CACHE_BACKEND', (name, text) =>
    oneOf(name, text, ['memory', 'fs', 'sqlite', 'redis', 'hybrid']),
  )
  return {
    directory: text(env, 'CACHE_DIR') ?? 'cache',
    mode: read(env, 'CACHE_MODE', (name, word) => oneOf(name, word, ['full', 'selective', 'disabled'])) ?? 'full',
    disk: read(env, 'ENABLE_DISK_CACHE', (name, word) => oneOf(name, word, ['true', 'false'])) !== 'false',
    defaults: {
      backend: backend ?? 'hybrid',
      ...(backend === 'redis' ? { url: serverUrl('REDIS_URL', text(env, 'REDIS_URL')) } : { maxBytes }),
      ttl: read(env, 'CACHE_TTL', ttlOf) ?? DEFAULT_TTL,
      compression: read(env, 'CACHE_COMPRESSION', (name, word) => oneOf(name, word, ['none', 'zstd'])) ?? 'none',
      ...(flushInterval === undefined || (backend ?? 'hybrid') !== 'hybrid'
        ? {}
        : ({ write: 'behind', flushInterval } as const)),
      sweepInterval: read(env, 'CACHE_SWEEP_INTERVAL', durationMs),
    },
  }
}

/** One cache as the environment says, in `CACHE_DIR/cache`. What is given here goes before. */
export async function cacheFromEnv(settings: KindSettings = {}, env: Environment = process.env): Promise<Cache> {
  const caches = await createCaches({ ...settingsFromEnv(env), kinds: { cache: settings } })
  return caches.cache
}

function ttlOf(name: string, written: string): Ttl {
  const lengthMs = ttlMs(name, written)
  return written === 'forever' ? written : lengthMs
}

function megabytes(env: Environment): number {
  const mb = read(env, 'CACHE_MAX_SIZE_MB', (name, written) => {
    const count = Number(written)
    if (count > 0 && Number.isSafeInteger(Math.ceil(count * 1_000_000))) return count
    throw new ConfigError(`${name}: ${describe(written)} is not a size; allowed: megabytes above 0, e.g. 500`)
  })
  return Math.ceil((mb ?? DEFAULT_MB) * 1_000_000)
}

function read<T>(env: Environment, name: string, parse: (name: string, written: string) => T): T | undefined {
  const written = text(env, name)
  return written === undefined ? undefined : parse(name, written)
}

/** An empty variable is as good as none: that is how shells and container files leave one out. */
function text(env: Environment, name: string): string | undefined {
  const given: unknown = env[name]
  if (given === undefined) return undefined
  if (typeof given !== 'string') throw new ConfigError(`${name}: ${describe(given)} is not allowed; allowed: a text`)
  return given.trim() === '' ? undefined : given.trim()
}
