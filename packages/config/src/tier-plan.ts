/** Settings of one store, checked against what its backend can do, as that backend's own options. */
import { join } from 'node:path'
import {
  byteCount,
  byteCountOrNone,
  ConfigError,
  describe,
  durationMs,
  oneOf,
  positiveCount,
  requireKnownOptions,
} from '@stowage/core'
import type { StoreSettings, TierName, TierSettings } from './settings.ts'
import type { FsTier, MemoryTier, RedisTier, SqliteTier } from './tier-options.ts'

/** Where a kind's stores are. */
export interface Place {
  readonly kind: string
  readonly folder: string
}

/** In the settings (`at`, for messages), and what the backend is to be told. */
export type TierPlan = {
  readonly at: string
  readonly maxTtlMs: number | undefined
} & (
  | { readonly backend: 'memory'; readonly options: MemoryTier }
  | { readonly backend: 'fs'; readonly options: FsTier }
  | { readonly backend: 'sqlite'; readonly options: SqliteTier }
  | { readonly backend: 'redis'; readonly options: RedisTier }
)

export const TIER_NAMES: readonly TierName[] = ['memory', 'fs', 'sqlite', 'redis']

/** What goes into the heap where nobody has said how much. */
const MEMORY_BYTES = '64MB'
export const STORE_OPTIONS: readonly (keyof StoreSettings)[] = [
  'maxBytes',
  'maxEntries',
  'eviction',
  'memoryBytes',
  'shards',
  'durability',
  'url',
  'missRatioCurve',
]
export const TIER_OPTIONS: readonly (keyof TierSettings)[] = ['backend', 'maxTtl', ...STORE_OPTIONS]
const ALLOWED: Readonly<Record<TierName, readonly (keyof StoreSettings)[]>> = {
  memory: ['maxBytes', 'maxEntries', 'eviction', 'missRatioCurve'],
  fs: ['maxBytes', 'maxEntries', 'eviction', 'memoryBytes', 'durability'],
  sqlite: ['maxBytes', 'maxEntries', 'eviction', 'memoryBytes', 'durability', 'shards'],
  redis: ['url'],
}

/** @throws ConfigError naming the path of the option, its value and what is allowed. */
export function planTier(at: string, tier: TierSettings, place: Place): TierPlan {
  requireKnownOptions(at, tier, TIER_OPTIONS)
  const { maxTtl } = tier
  const common = { at, maxTtlMs: maxTtl === undefined ? undefined : durationMs(`${at}.maxTtl`, maxTtl) }
  const backend = oneOf(`${at}.backend`, tier.backend, TIER_NAMES)
  requireFit(at, backend, tier)
  switch (backend) {
    case 'memory':
      return { ...common, backend, options: memoryOptions(at, tier) }
    case 'fs':
      return { ...common, backend, options: { directory: join(place.folder, 'files'), ...fsOptions(at, tier) } }
    case 'sqlite':
      return { ...common, backend, options: { path: join(place.folder, 'cache.db'), ...sqliteOptions(at, tier) } }
    case 'redis':
      return {
        ...common,
        backend,
        options: { prefix: `stowage:${place.kind}:`, url: serverUrl(`${at}.url`, tier.url) },
      }
  }
}

function memoryOptions(at: string, store: StoreSettings): MemoryTier {
  const { maxBytes, maxEntries, eviction = 'adaptive', missRatioCurve } = store
  const isUnlimited = maxBytes === undefined && maxEntries === undefined
  return {
    ...limits(at, isUnlimited ? { maxBytes: MEMORY_BYTES } : store),
    policy: oneOf(`${at}.eviction`, eviction, ['adaptive', 'lru']),
    ...(missRatioCurve === undefined ? {} : { missRatioCurve }),
  }
}

function fsOptions(at: string, store: StoreSettings): Omit<FsTier, 'directory'> {
  const { eviction = 'lru' } = store
  return {
    ...limits(at, store),
    ...copies(at, store),
    ...durable(at, store),
    eviction: oneOf(`${at}.eviction`, eviction, ['lru', 'fifo', 'none']),
  }
}

function sqliteOptions(at: string, store: StoreSettings): Omit<SqliteTier, 'path'> {
  const { eviction = 'lru', shards = 1 } = store
  return {
    ...limits(at, store),
    ...copies(at, store),
    ...durable(at, store),
    eviction: oneOf(`${at}.eviction`, eviction, ['lru', 'lfu', 'fifo', 'none']),
    shards: positiveCount(`${at}.shards`, shards),
  }
}

function limits(at: string, { maxBytes, maxEntries }: StoreSettings): { maxBytes?: number; maxEntries?: number } {
  return {
    ...(maxBytes === undefined ? {} : { maxBytes: byteCount(`${at}.maxBytes`, maxBytes) }),
    ...(maxEntries === undefined ? {} : { maxEntries: positiveCount(`${at}.maxEntries`, maxEntries) }),
  }
}

function copies(at: string, { memoryBytes }: StoreSettings): { memoryBytes?: number } {
  if (memoryBytes === undefined) return {}
  return { memoryBytes: byteCountOrNone(`${at}.memoryBytes`, memoryBytes) }
}

function durable(at: string, { durability = 'relaxed' }: StoreSettings): { durability: 'relaxed' | 'strict' } {
  return { durability: oneOf(`${at}.durability`, durability, ['relaxed', 'strict']) }
}

function requireFit(at: string, backend: TierName, store: StoreSettings): void {
  const allowed = ALLOWED[backend]
  const misfit = STORE_OPTIONS.find((name) => store[name] !== undefined && !allowed.includes(name))
  if (misfit === undefined) return
  throw new ConfigError(
    `${at}.${misfit}: ${describe(store[misfit])} means nothing to backend '${backend}'; allowed there: ${allowed.join(', ')}`,
  )
}

/** The address is not shown: it may hold a password. */
export function serverUrl(at: string, url: unknown): string {
  if (typeof url === 'string' && /^rediss?:\/\//i.test(url) && URL.canParse(url)) return url
  const what = url === undefined ? 'missing' : 'what is given is no address of a Redis server'
  throw new ConfigError(`${at}: ${what}; allowed: 'redis://host:port/database' or 'rediss://...'`)
}
