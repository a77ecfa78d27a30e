/** The options of hybridBackend, checked. */
import { type Backend, ConfigError, type Duration, durationMs, requireKnownOptions } from '@stowage/core'

/** What may be said of one tier. */
export interface TierOptions {
  /** Longest time a copy stays in this tier, however long the entry lives. Not for the last tier. */
  readonly maxTtl?: Duration
}

export interface HybridOptions {
  /** Nearest first. The last one holds everything; the others hold copies. At least two. */
  readonly tiers: readonly Backend[]
  /** Per tier, in the order of `tiers`. */
  readonly tierOptions?: readonly (TierOptions | undefined)[]
}

/** A tier that holds copies. */
export interface NearTier {
  readonly backend: Backend
  readonly maxTtlMs: number
}

export interface HybridPlan {
  readonly nearTiers: readonly NearTier[]
  readonly far: Backend
}

/**
 * Others may change the far tier without a word to this hybrid, so copies of its entries are trusted for this long only:
 * it bounds how old a value that somebody else replaced can be served here.
 */
const DEFAULT_MAX_TTL_MS = 30_000

/** @throws ConfigError naming the option, the value and what is allowed. */
export function planHybrid(options: HybridOptions): HybridPlan {
  requireKnownOptions('hybridBackend', options, ['tiers', 'tierOptions'])
  const { tiers, tierOptions = [] } = options
  if (!isList(tiers) || tiers.length < 2 || !tiers.every(isBackend)) {
    throw new ConfigError(`tiers: ${describeTiers(tiers)} is not allowed; allowed: two or more backends, nearest first`)
  }
  const far = tiers.at(-1)
  if (far === undefined || new Set(tiers).size < tiers.length) {
    throw new ConfigError('tiers: the same backend is given twice; allowed: each once')
  }
  if (!isList(tierOptions) || tierOptions.length > tiers.length) {
    throw new ConfigError(
      `tierOptions: not allowed as given; allowed: an array of up to ${tiers.length}, in the order of tiers`,
    )
  }
  const maxTtlMs = tiers.map((_, at) => tierMaxTtlMs(tierOptions[at], at))
  if (maxTtlMs.at(-1) !== undefined && tierOptions.length === tiers.length) {
    throw new ConfigError(
      'tierOptions: maxTtl is given for the last tier, which holds the entries themselves; allowed: for the tiers before it',
    )
  }
  const nearTiers = tiers.slice(0, -1).map((backend, at) => ({ backend, maxTtlMs: maxTtlMs[at] ?? DEFAULT_MAX_TTL_MS }))
  return { nearTiers, far }
}

function tierMaxTtlMs(given: TierOptions | undefined, at: number): number | undefined {
  if (given === undefined) return undefined
  requireKnownOptions(`tierOptions[${at}]`, given, ['maxTtl'])
  return given.maxTtl === undefined ? undefined : durationMs(`tierOptions[${at}].maxTtl`, given.maxTtl)
}

/** Typed callers give lists; others give anything. */
function isList(value: readonly unknown[]): boolean {
  return Array.isArray(value)
}

function isBackend(tier: unknown): boolean {
  return (
    typeof tier === 'object' &&
    tier !== null &&
    ['getSync', 'get', 'set', 'lease'].every((name) => typeof Reflect.get(tier, name) === 'function')
  )
}

function describeTiers(tiers: unknown): string {
  return Array.isArray(tiers)
    ? `an array of ${tiers.length}, ${tiers.filter(isBackend).length} of them backends,`
    : String(tiers)
}
