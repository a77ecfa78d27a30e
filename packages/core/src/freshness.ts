/** The one rule that says whether a stored value is fresh, stale or gone. No clock, no I/O. */
import type { EntryTimes } from './ttl.ts'
import type { Freshness } from './vocabulary.ts'

/** At exactly `staleAtMs` the value is stale, at exactly `expireAtMs` it is gone. */
export function freshnessOf(times: EntryTimes, nowMs: number): Freshness {
  if (nowMs < times.staleAtMs) return 'fresh'
  return nowMs < times.expireAtMs ? 'stale' : 'gone'
}
