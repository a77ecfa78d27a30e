/** The options of hybridBackend, checked. */
import {
  type Backend,
  type Bus,
  type Clock,
  ConfigError,
  type Duration,
  describe,
  durationMs,
  hasMethods,
  oneOf,
  requireClock,
  requireFunction,
  requireKnownOptions,
  systemClock,
} from '@stowage/core'
import type { FarTier } from './far-tier.ts'
import { HealingTier } from './healing-tier.ts'
import { safely, type TierEvent, warnOfTier } from './tier-event.ts'
import { WriteBehind } from './write-behind.ts'

/** What may be said of one tier. */
export interface TierOptions {
  /** Longest time a copy stays in this tier, however long the entry lives. Not for the last tier. */
  readonly maxTtl?: Duration
  /**
   * An operation that takes longer counts as failed. Default 1 s. Those of all tiers together should stay below the cache's
   * `backendTimeout`, or the cache gives up before a nearer tier is all that is asked.
   */
  readonly timeout?: Duration
}

export interface HybridOptions {
  /** Nearest first. The last one holds everything; the others hold copies. At least two. */
  readonly tiers: readonly Backend[]
  /** Per tier, in the order of `tiers`. */
  readonly tierOptions?: readonly (TierOptions | undefined)[]
  /**
   * `through` (default): a write is answered when it is in the far tier. `behind`: when it is queued for it; the last write per key is written
   * down at the flush interval, and on close. What is queued is lost with the process.
   */
  readonly write?: 'through' | 'behind'
  /** With `write: 'behind'`: how long a write waits at most. Default 1 s; 5 s at most. */
  readonly flushInterval?: Duration
  /**
   * How others that use the same far tier hear of changes here, and this hybrid of theirs; closed with it. Default: none, and near
   * copies stay for their cap at most.
   */
  readonly bus?: Bus
  /** Told when a tier begins to fail, and when it is well again. Default: a process warning. */
  readonly onTier?: (event: TierEvent) => void
  /** Default: the machine's. */
  readonly clock?: Clock
}

/** A tier that holds copies. */
export interface NearTier {
  readonly backend: HealingTier
  readonly maxTtlMs: number
}

export interface HybridPlan {
  readonly nearTiers: readonly NearTier[]
  readonly far: FarTier
  readonly bus: Bus | undefined
  readonly clock: Clock
  /** How long copies are served unasked while the bus has a gap. */
  readonly gapStayMs: number
  readonly onTier: (event: TierEvent) => void
}

/**
 * Others may change the far tier without a word to this hybrid, so copies of its entries are trusted for this long only:
 * it bounds how old a value that somebody else replaced can be served here.
 */
const DEFAULT_MAX_TTL_MS = 30_000

/** With a bus: what bounds the harm of a message that was lost without a word, as by a process killed before it could publish. */
const DEFAULT_MAX_TTL_WITH_BUS_MS = 300_000

const DEFAULT_FLUSH_MS = 1_000
/** A loaded value waits under the lease of its load, which lives for 10 s. */
const MAX_FLUSH_MS = 5_000

const DEFAULT_TIMEOUT_MS = 1_000

/** @throws ConfigError naming the option, the value and what is allowed. */
export function planHybrid(options: HybridOptions): HybridPlan {
  requireKnownOptions('hybridBackend', options, [
    'tiers',
    'tierOptions',
    'write',
    'flushInterval',
    'bus',
    'onTier',
    'clock',
  ])
  const { tiers, tierOptions = [], write = 'through', bus, onTier = warnOfTier, clock = systemClock } = options
  if (!isList(tiers) || tiers.length < 2 || !tiers.every(isBackend)) {
    throw new ConfigError(`tiers: ${describeTiers(tiers)} is not allowed; allowed: two or more backends, nearest first`)
  }
  if (new Set(tiers).size < tiers.length) {
    throw new ConfigError('tiers: the same backend is given twice; allowed: each once')
  }
  if (!isList(tierOptions) || tierOptions.length > tiers.length) {
    throw new ConfigError(
      `tierOptions: not allowed as given; allowed: an array of up to ${tiers.length}, in the order of tiers`,
    )
  }
  if (bus !== undefined && !hasMethods(bus, ['publish', 'subscribe', 'onGap', 'close'])) {
    throw new ConfigError('bus: not allowed as given; allowed: a bus, with publish, subscribe, onGap and close')
  }
  requireFunction('onTier', onTier)
  requireClock(clock)
  const report = safely(onTier)
  const healing = tiers.map((backend, at) => {
    const { timeoutMs, maxTtlMs } = planTier(tierOptions[at], at)
    const isFar = at === tiers.length - 1
    return { backend: new HealingTier(backend, { timeoutMs, isFar, clock, report }), maxTtlMs }
  })
  const far = healing.pop()
  if (far === undefined || far.maxTtlMs !== undefined) {
    throw new ConfigError(
      'tierOptions: maxTtl is given for the last tier, which holds the entries themselves; allowed: for the tiers before it',
    )
  }
  const defaultMs = bus === undefined ? DEFAULT_MAX_TTL_MS : DEFAULT_MAX_TTL_WITH_BUS_MS
  const nearTiers = healing.map(({ backend, maxTtlMs = defaultMs }) => ({ backend, maxTtlMs }))
  const gapStayMs = Math.max(...healing.map(({ maxTtlMs = DEFAULT_MAX_TTL_MS }) => maxTtlMs))
  const intervalMs = planFlush(options)
  const writesBehind = oneOf('write', write, ['through', 'behind']) === 'behind'
  const written = writesBehind ? new WriteBehind(far.backend, { clock, intervalMs }) : far.backend
  return { nearTiers, far: written, bus, clock, gapStayMs, onTier: report }
}

function planFlush({ flushInterval = DEFAULT_FLUSH_MS }: HybridOptions): number {
  const intervalMs = durationMs('flushInterval', flushInterval)
  if (intervalMs <= MAX_FLUSH_MS) return intervalMs
  throw new ConfigError(`flushInterval: ${String(flushInterval)} is too long; allowed: up to ${MAX_FLUSH_MS} ms`)
}

function planTier(given: TierOptions | undefined, at: number) {
  const { maxTtl, timeout } = given ?? {}
  if (given !== undefined) requireKnownOptions(`tierOptions[${at}]`, given, ['maxTtl', 'timeout'])
  const maxTtlMs = maxTtl === undefined ? undefined : durationMs(`tierOptions[${at}].maxTtl`, maxTtl)
  const timeoutMs = timeout === undefined ? DEFAULT_TIMEOUT_MS : durationMs(`tierOptions[${at}].timeout`, timeout)
  return { maxTtlMs, timeoutMs }
}

/** Typed callers give lists; others give anything. */
function isList(value: readonly unknown[]): boolean {
  return Array.isArray(value)
}

function isBackend(tier: unknown): boolean {
  return hasMethods(tier, ['getSync', 'get', 'set', 'lease'])
}

function describeTiers(tiers: unknown): string {
  return Array.isArray(tiers)
    ? `an array of ${tiers.length}, ${tiers.filter(isBackend).length} of them backends,`
    : describe(tiers)
}
