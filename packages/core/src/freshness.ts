/** The one rule that says what a stored value's age lets one do with it. No clock, no I/O. */
import type { EntryTimes } from './ttl.ts'
import type { Freshness } from './vocabulary.ts'

/** At exactly `staleAtMs` the value is stale, at exactly `errorOnlyAtMs` a fallback, at exactly `expireAtMs` gone. */
export function freshnessOf(times: EntryTimes, nowMs: number): Freshness {
  if (nowMs < times.staleAtMs) return 'fresh'
  if (nowMs >= times.expireAtMs) return 'gone'
  return nowMs < times.errorOnlyAtMs ? 'stale' : 'error-only'
}

/** Whether the instants can be what was written: damage to them shows in their order, or in their not being numbers at all. */
export function isOrdered({ storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs }: EntryTimes): boolean {
  return storedAtMs <= staleAtMs && staleAtMs <= errorOnlyAtMs && storedAtMs <= expireAtMs
}

/** Whether nothing but freshness decides if the entry may be served: no guard to compare, no life to prolong. */
export function isPlainFacts(facts: {
  readonly version: string | undefined
  readonly fingerprint: string | undefined
  readonly slidingMs: number | undefined
}): boolean {
  return facts.version === undefined && facts.fingerprint === undefined && facts.slidingMs === undefined
}
