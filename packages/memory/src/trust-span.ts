/**
 * From when on the instants of every entry held can be believed at a glance. A clock that is set back behind what was
 * written last may be behind any entry: then a hit is not decided here, but by core's rule (freshness.ts) entry by entry.
 * One comparison for all entries, because a hit that looked at its own entry's `storedAtMs` would read one cache line more.
 */
import { MAX_CLOCK_SKEW_MS } from '@stowage/core'

export class TrustSpan {
  /** The earliest `nowMs` at which no entry lies further in the future than clocks may be apart. */
  fromMs = Number.NEGATIVE_INFINITY

  /** An entry has come. */
  note(storedAtMs: number): void {
    if (storedAtMs - MAX_CLOCK_SKEW_MS > this.fromMs) this.fromMs = storedAtMs - MAX_CLOCK_SKEW_MS
  }

  /** All entries have gone. */
  restart(): void {
    this.fromMs = Number.NEGATIVE_INFINITY
  }
}
