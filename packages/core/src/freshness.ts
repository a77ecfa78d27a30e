/** The one rule that says what a stored value's age lets one do with it. No clock, no I/O. */
import type { EntryTimes } from './ttl.ts'
import type { Freshness } from './vocabulary.ts'

/**
 * How far clocks that are all taken for right may be apart. An entry that was stored further in the future than this was
 * stored by a clock that has been set back since, or by another machine's wrong one: how old it is cannot be told, and
 * believing its instants would keep it alive for as long as the clock was ahead. Five minutes is more than any two clocks
 * that NTP keeps are apart, and is what Kerberos allows for (RFC 4120, section 1.6).
 */
export const MAX_CLOCK_SKEW_MS = 300_000

/** Whether the clock had not gone further back since than clocks may be apart. */
function isTrusted({ storedAtMs }: Pick<EntryTimes, 'storedAtMs'>, nowMs: number): boolean {
  return storedAtMs - nowMs <= MAX_CLOCK_SKEW_MS
}

/** At exactly `staleAtMs` the value is stale, at exactly `errorOnlyAtMs` a fallback, at exactly `expireAtMs` gone; untrusted, it is gone. */
export function freshnessOf(times: EntryTimes, nowMs: number): Freshness {
  if (!isTrusted(times, nowMs)) return 'gone'
  if (nowMs < times.staleAtMs) return 'fresh'
  if (nowMs >= times.expireAtMs) return 'gone'
  return nowMs < times.errorOnlyAtMs ? 'stale' : 'error-only'
}

/** How old a value is, and how long it is fresh yet. A clock that went back a little must not give an age below nothing. */
export function agesOf(
  { storedAtMs, staleAtMs }: EntryTimes,
  nowMs: number,
): { readonly ageMs: number; readonly ttlLeftMs: number } {
  return { ageMs: Math.max(0, nowMs - storedAtMs), ttlLeftMs: Math.max(0, staleAtMs - nowMs) }
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
