/** The options of hybridBackend, checked. */
import { type Backend, ConfigError, type Duration, durationMs, NEVER_MS, requireKnownOptions } from '@stowage/core'

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
 * Other processes may change a shared far tier without a word to this one, so copies of its entries are trusted for this
 * long only: it bounds how old a value another process replaced can be served here.
 */
const DEFAULT_SHARED_MAX_TTL_MS = 30_000

/** @throws ConfigError naming the option, the value and what is allowed. */
export function planHybrid(options: HybridOptions): HybridPlan {
  requireKnownOptions('hybridBackend', options, ['tiers', 'tierOptions'])
  const { tiers, tierOptions = [] } = options
  const far = Array.isArray(tiers) ? tiers.at(-1) : undefined
  if (far === undefined || tiers.length < 2)
    throw new ConfigError('tiers: at least two backends are needed, nearest first')
  if (new Set(tiers).size < tiers.length) throw new ConfigError('tiers: the same backend is given twice')
  if (tierOptions.length > tiers.length) {
    throw new ConfigError(`tierOptions: ${tierOptions.length} given for ${tiers.length} tiers`)
  }
  if (tierOptions[tiers.length - 1]?.maxTtl !== undefined) {
    throw new ConfigError('tierOptions: the last tier holds the entries themselves; maxTtl is for the tiers before it')
  }
  const defaultMaxTtlMs = far.capabilities.shared ? DEFAULT_SHARED_MAX_TTL_MS : NEVER_MS
  const nearTiers = tiers.slice(0, -1).map((backend, at) => {
    const given: TierOptions = tierOptions[at] ?? {}
    requireKnownOptions(`tierOptions[${at}]`, given, ['maxTtl'])
    const { maxTtl } = given
    return {
      backend,
      maxTtlMs: maxTtl === undefined ? defaultMaxTtlMs : durationMs(`tierOptions[${at}].maxTtl`, maxTtl),
    }
  })
  return { nearTiers, far }
}
