/**
 * How long leases last, and an exclusive one keeps others out. Backends keep the instant at which a lease ends, and compare it with the caller's
 * `nowMs`: while clocks may be set, an end that lies further ahead than any lease can last says that the clock has been set
 * back since, and not that there is a holder. A holder that lives prolongs its lease by the clock as it is now.
 */
import type { LeaseMode } from './backend.ts'
import { MAX_CLOCK_SKEW_MS } from './freshness.ts'

/**
 * For how long a load that keeps others out asks at a time. Long enough that a renewal late by a stalled loop still comes in time, short enough
 * that others do not wait long for a holder that died.
 */
export const LEASE_MS = 10_000

/**
 * A fence keeps nobody out, so that its end is only for what a holder that died has left. It is to outlast whatever may hold its holder's
 * loop, where nothing is renewed; what nobody gives back takes up room for as long.
 */
const FENCE_MS = 600_000

/** What a lease is asked for, and renewed for. */
export function leaseLengthMs(mode: LeaseMode): number {
  return mode === 'fence' ? FENCE_MS : LEASE_MS
}

/** The latest end that an exclusive lease can have which was given by a clock that is taken for right. */
export function latestLeaseEndMs(nowMs: number): number {
  return nowMs + LEASE_MS + MAX_CLOCK_SKEW_MS
}

/** Whether an exclusive lease with that end keeps others out. One that does not is void as soon as another is given. */
export function keepsOthersOut({ untilMs }: { readonly untilMs: number }, nowMs: number): boolean {
  return nowMs < untilMs && untilMs <= latestLeaseEndMs(nowMs)
}
