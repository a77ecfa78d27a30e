/** Settings of one kind, checked and with the defaults filled in, before anything is opened. Errors name the whole path. */
import { join } from 'node:path'
import {
  type CacheOptions,
  type Codec,
  ConfigError,
  describe,
  durationMs,
  oneOf,
  ownOptions,
  requireCacheOptions,
  requireKnownOptions,
} from '@stowage/core'
import { HYBRID_OPTIONS, type HybridPlan, heldOnce, planHybrid } from './hybrid-plan.ts'
import type { BackendName, CodecName, KindSettings, SharedSettings, StoreSettings } from './settings.ts'
import { type Place, planTier, STORE_OPTIONS, TIER_NAMES, TIER_OPTIONS, type TierPlan } from './tier-plan.ts'
import { withPath } from './with-path.ts'

export interface KindPlan {
  /** In the settings, for messages. */
  readonly at: string
  /** Nearest first; of more than one a hybrid is made. */
  readonly tiers: readonly TierPlan[]
  /** How the tiers are one. */
  readonly hybrid: HybridPlan
  readonly codec: CodecName | Codec
  readonly compression: 'none' | 'zstd'
  readonly sweepMs: number | undefined
  readonly options: Omit<CacheOptions, 'backend' | 'codec'>
}

const OWN_OPTIONS = ['backend', 'tiers', ...HYBRID_OPTIONS, 'codec', 'compression', 'sweepInterval'] as const
const CACHE_OPTIONS = [
  'ttl',
  'version',
  'tags',
  'maxEntryBytes',
  'backendTimeout',
  'onFault',
  'jitter',
  'staleWhileRevalidate',
  'staleIfError',
  'softTimeout',
  'hardTimeout',
  'refreshAhead',
  'negativeTtl',
  'singleFlight',
] as const satisfies readonly (keyof CacheOptions)[]
const KIND_OPTIONS = [
  ...OWN_OPTIONS,
  ...STORE_OPTIONS,
  ...CACHE_OPTIONS,
] as const satisfies readonly (keyof KindSettings)[]
const BACKENDS = [...TIER_NAMES, 'hybrid'] as const satisfies readonly BackendName[]

/** @throws ConfigError naming the path of the option, its value and what is allowed. */
export function planKind(kind: string, settings: KindSettings, shared: SharedSettings): KindPlan {
  const at = `kinds.${kind}`
  const { defaults = {} } = shared
  requireKind(at, settings)
  const {
    backend,
    tiers,
    codec = 'default',
    compression = 'none',
    sweepInterval,
    ...rest
  } = merged(ownOptions(settings, KIND_OPTIONS), ownOptions(defaults, KIND_OPTIONS))
  const {
    maxBytes,
    maxEntries,
    eviction,
    memoryBytes,
    shards,
    durability,
    url,
    missRatioCurve,
    bus,
    write,
    flushInterval,
    ttl,
    ...options
  } = rest
  if (ttl === undefined) throw new ConfigError(`${at}.ttl: missing; give it, or one for all kinds in defaults.ttl`)
  const place = { kind, folder: join(shared.directory ?? 'cache', kind) }
  const store = { maxBytes, maxEntries, eviction, memoryBytes, shards, durability, url, missRatioCurve }
  const planned = planTiers(at, { backend, tiers, ...store }, place)
  const hybrid = planHybrid(at, { bus, write, flushInterval }, planned)
  const cacheOptions = {
    ...options,
    ttl,
    name: kind,
    mode: shared.mode === 'disabled' ? 'off' : 'on',
    ...(shared.clock === undefined ? {} : { clock: shared.clock }),
  } as const
  const own = typeof codec === 'object' ? codec : codecName(at, codec)
  requireOptions(at, typeof own === 'object' ? { ...cacheOptions, codec: own } : cacheOptions)
  return {
    at,
    tiers: onlyInMemory(shared, at, place, planned),
    hybrid,
    codec: own,
    compression: oneOf(`${at}.compression`, compression, ['none', 'zstd']),
    sweepMs: sweepInterval === undefined ? undefined : durationMs(`${at}.sweepInterval`, sweepInterval),
    options: cacheOptions,
  }
}

function requireOptions(at: string, options: Omit<CacheOptions, 'backend'>): void {
  try {
    requireCacheOptions(options)
  } catch (thrown) {
    throw withPath(at, thrown)
  }
}

/** @throws ConfigError for a name that is none */
export function codecName(at: string, codec: CodecName): CodecName {
  return oneOf(`${at}.codec`, codec, ['default', 'json', 'msgpack'])
}

/** @throws ConfigError as {@link planKind} does, as far as one object of settings can tell by itself. */
export function requireKind(at: string, settings: KindSettings): void {
  requireKnownOptions(at, settings, KIND_OPTIONS)
  const { backend, tiers } = settings
  if (backend !== undefined) oneOf(`${at}.backend`, backend, BACKENDS)
  if (tiers === undefined) return
  if (backend !== undefined && backend !== 'hybrid') {
    throw new ConfigError(`${at}.tiers: given beside backend '${backend}'; allowed: with backend 'hybrid'`)
  }
  if (!Array.isArray(tiers) || tiers.length < 2) {
    throw new ConfigError(`${at}.tiers: ${describe(tiers)} is not allowed; allowed: two or more, nearest first`)
  }
}

/** A kind that says where it is kept takes nothing of the sort from the defaults. */
function merged(settings: KindSettings, defaults: KindSettings): KindSettings {
  if (settings.backend === undefined && settings.tiers === undefined) return { ...defaults, ...stated(settings) }
  const { backend, tiers, bus, write, flushInterval, ...others } = defaults
  const { maxBytes, maxEntries, eviction, memoryBytes, shards, durability, url, missRatioCurve, ...rest } = others
  return { ...rest, ...stated(settings) }
}

/** Without what is undefined, which is as good as not said and goes before nothing. */
function stated<T extends object>(settings: T): T {
  const kept = { ...settings }
  for (const name in kept) if (kept[name] === undefined) delete kept[name]
  return kept
}

type Stores = Pick<KindSettings, 'backend' | 'tiers'> & StoreSettings

function planTiers(
  at: string,
  { backend = 'hybrid', tiers = ['memory', 'sqlite'], ...store }: Stores,
  place: Place,
): readonly TierPlan[] {
  if (backend !== 'hybrid') return [planTier(at, { backend, ...store }, place)]
  const planned = tiers.map((given, nth) => {
    const tier = typeof given === 'string' ? { backend: given } : given
    const here = `${at}.tiers[${nth}]`
    requireKnownOptions(here, tier, TIER_OPTIONS)
    // What is said of a kind's room is meant for the tier that holds everything.
    if (nth < tiers.length - 1) return planTier(here, tier, place)
    const last = planTier(here, { ...store, ...stated(ownOptions(tier, TIER_OPTIONS)) }, place)
    if (last.maxTtlMs === undefined) return last
    throw new ConfigError(
      `${here}.maxTtl: is given for the last tier, which holds the entries themselves; allowed: for the tiers before it`,
    )
  })
  return heldOnce(planned)
}

/** The same without the disk, if there is to be none. Which is the last then holds the entries themselves, for as long as they live. */
function onlyInMemory(
  { disk = true }: SharedSettings,
  at: string,
  place: Place,
  tiers: readonly TierPlan[],
): readonly TierPlan[] {
  if (disk) return tiers
  const left = tiers.filter(({ backend }) => backend !== 'fs' && backend !== 'sqlite')
  const last = left.at(-1) ?? planTier(at, { backend: 'memory' }, place)
  return [...left.slice(0, -1), { ...last, maxTtlMs: undefined }]
}
