/**
 * The metrics of caches on a prom-client registry.
 *
 * prom-client is handed in: two copies of it in one process have two default registries, and only the user knows which one
 * is scraped. The counters are read when a scrape asks; between scrapes nothing is done but to note how long a load took.
 */
import {
  type Cache,
  type Clock,
  ConfigError,
  describe,
  requireClock,
  requireKnownOptions,
  systemClock,
} from '@stowage/core'
import type * as promClient from 'prom-client'
import { requireCaches, requireMethods } from './given.ts'
import { LOAD_DURATION_BOUNDS } from './metric-list.ts'
import { RegistryExport } from './registry-export.ts'

export interface CacheMetricsOptions {
  /** The module: `import * as client from 'prom-client'`. */
  readonly client: Pick<typeof promClient, 'Counter' | 'Gauge' | 'Histogram' | 'register'>
  /** Each with a name of its own. More can be added by further calls. */
  readonly caches: readonly Cache[]
  /** Default: the client's own, `client.register`. */
  readonly register?: promClient.Registry | promClient.Registry<promClient.OpenMetricsContentType>
  /** What the metrics' names begin with. Default: `stowage_`. */
  readonly prefix?: string
  /** Upper bounds of the histogram of load durations, in seconds. The first call for a registry decides. */
  readonly buckets?: readonly number[]
  /** What limits the wait for a backend that does not answer. Default: the system's. */
  readonly clock?: Clock
}

type Register = NonNullable<CacheMetricsOptions['register']>

const exportsByRegister = new WeakMap<Register, Map<string, RegistryExport>>()

/** @returns how to take these caches out again. @throws ConfigError naming the option, the value and what is allowed */
export function cacheMetrics(options: CacheMetricsOptions): () => void {
  requireKnownOptions('cacheMetrics', options, ['client', 'caches', 'register', 'prefix', 'buckets', 'clock'])
  const { client, caches, prefix = 'stowage_', buckets = LOAD_DURATION_BOUNDS, clock = systemClock } = options
  requireMethods(
    'client',
    client,
    ['Counter', 'Gauge', 'Histogram'],
    "the module: import * as client from 'prom-client'",
  )
  requireCaches(caches)
  requireClock(clock)
  requirePrefix(prefix)
  requireBuckets(buckets)
  const register = options.register ?? client.register
  requireMethods('register', register, ['registerMetric', 'metrics'], 'a Registry of prom-client')
  const byPrefix = exportsByRegister.get(register) ?? new Map<string, RegistryExport>()
  exportsByRegister.set(register, byPrefix)
  const known = byPrefix.get(prefix)
  // A registry that was cleared has none of ours any more.
  const standing = known?.stands() === true ? known : new RegistryExport({ client, register, prefix, buckets, clock })
  const leave = standing.roster.add(caches)
  standing.putIn()
  byPrefix.set(prefix, standing)
  return () => {
    leave()
    if (standing.roster.size === 0) standing.takeOut()
  }
}

function requirePrefix(prefix: string): void {
  if (typeof prefix === 'string' && /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(prefix)) return
  throw new ConfigError(
    `prefix: ${describe(prefix)} is not allowed; allowed: letters, digits, '_' and ':', no digit first`,
  )
}

function requireBuckets(buckets: readonly number[]): void {
  const rises =
    Array.isArray(buckets) && buckets.every((bound, at) => Number.isFinite(bound) && bound > (buckets[at - 1] ?? 0))
  if (rises && buckets.length > 0) return
  throw new ConfigError(
    `buckets: ${Array.isArray(buckets) ? buckets.join(', ') : describe(buckets)} is not allowed; allowed: rising numbers of seconds above 0`,
  )
}
