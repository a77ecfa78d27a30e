/** How the tiers of a kind are one: who hears of changes, and when a write is answered. Checked before anything is opened. */
import { type Bus, ConfigError, describe, durationMs, oneOf } from '@stowage/core'
import type { KindSettings } from './settings.ts'
import type { TierPlan } from './tier-plan.ts'

/** True: what the last tier offers. */
export interface HybridPlan {
  readonly bus: boolean | Bus
  readonly write: 'through' | 'behind'
  readonly flushMs: number | undefined
}

export const HYBRID_OPTIONS = ['bus', 'write', 'flushInterval'] as const

/** As long as a hybrid lets a write wait. */
const MAX_FLUSH_MS = 5_000

/** @throws ConfigError for what the tiers cannot be told, as there is only one, or none that offers it */
export function planHybrid(
  at: string,
  options: Pick<KindSettings, (typeof HYBRID_OPTIONS)[number]>,
  tiers: readonly TierPlan[],
): HybridPlan {
  const { bus = false, write = 'through', flushInterval } = options
  const misfit = HYBRID_OPTIONS.find((name) => options[name] !== undefined)
  if (misfit !== undefined && tiers.length < 2) {
    throw new ConfigError(
      `${at}.${misfit}: ${describe(options[misfit])} means nothing to one store; allowed: with backend 'hybrid'`,
    )
  }
  oneOf(`${at}.write`, write, ['through', 'behind'])
  if (flushInterval !== undefined && write !== 'behind') {
    throw new ConfigError(`${at}.flushInterval: means nothing to write 'through'; allowed: with write 'behind'`)
  }
  const flushMs = flushInterval === undefined ? undefined : flushLengthMs(`${at}.flushInterval`, flushInterval)
  const last = tiers.at(-1)?.backend
  if (typeof bus !== 'boolean' && typeof bus?.subscribe !== 'function') {
    throw new ConfigError(`${at}.bus: ${describe(bus)} is not allowed; allowed: true, false, or a bus`)
  }
  if (bus === true && last !== 'sqlite' && last !== 'redis') {
    throw new ConfigError(
      `${at}.bus: true means nothing where the last tier is ${last}; allowed: with sqlite or redis last, or a bus of your own`,
    )
  }
  return { bus, write, flushMs }
}

/** What a tier of memory holds, those behind it do not hold in memory again, unless they are told to. */
export function heldOnce(tiers: readonly TierPlan[]): readonly TierPlan[] {
  const nearest = tiers.findIndex(({ backend }) => backend === 'memory')
  return nearest === -1 ? tiers : tiers.map((tier, nth) => (nth < nearest ? tier : withoutCopies(tier)))
}

function withoutCopies(tier: TierPlan): TierPlan {
  switch (tier.backend) {
    case 'fs':
      return { ...tier, options: { memoryBytes: 0, ...tier.options } }
    case 'sqlite':
      return { ...tier, options: { memoryBytes: 0, ...tier.options } }
    case 'memory':
    case 'redis':
      return tier
  }
}

/** @throws ConfigError for longer than a hybrid lets a write wait */
export function flushLengthMs(option: string, interval: unknown): number {
  const lengthMs = durationMs(option, interval)
  if (lengthMs <= MAX_FLUSH_MS) return lengthMs
  throw new ConfigError(`${option}: ${describe(interval)} is too long; allowed: up to ${MAX_FLUSH_MS / 1_000}s`)
}
