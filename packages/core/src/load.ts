/**
 * The load trip: getOrSet. A hit is returned; a stale value is returned while one load refreshes it behind; a miss waits
 * for the one load of its key, and falls back to the value that stale-if-error kept when that load fails or overruns.
 */
import type { CacheCore } from './core.ts'
import { describe, UsageError } from './errors.ts'
import { beginFlight } from './load-flight.ts'
import { flightScope, type LoadRequest } from './load-run.ts'
import { waitFor, waitForEnd } from './load-wait.ts'
import { type Found, read, reportLookup } from './read.ts'
import { asksTheSame, isShareable, PENDING, type SharedTrip } from './same-moment.ts'
import { requireFit } from './schema.ts'
import type { Served } from './served.ts'
import { type Flight, type Landing, mayTake, waitsFor } from './single-flight.ts'

/** With this many loads going on, stale values are served without a refresh behind: hanging loaders must not pile up. */
const MAX_LOADS = 10_000

/** Answers one call, sharing the trip of another that asked the same in the same moment (same-moment.ts). */
export function load(core: CacheCore, request: LoadRequest): Promise<Served<unknown>> {
  const { storageKey, plan } = request
  // Who waits inside a loader, or for its part of a bulk load, has a place in the order of waiting.
  if (request.onJoin !== undefined || flightScope.getStore() !== undefined || !isShareable(plan)) {
    return core.tracked(loadAlone(core, request))
  }
  const going = core.moment.find(storageKey)
  if (going === undefined) {
    const trip: SharedTrip = { plan, missed: undefined, answer: PENDING }
    trip.answer = core.tracked(loadAlone(core, request, trip))
    core.moment.note(storageKey, trip)
    return trip.answer
  }
  return asksTheSame(plan, going.plan) ? shareTrip(core, request, going) : core.tracked(loadAlone(core, request))
}

async function shareTrip(core: CacheCore, request: LoadRequest, trip: SharedTrip): Promise<Served<unknown>> {
  let served: Served<unknown> | undefined
  try {
    served = await trip.answer
  } finally {
    const { missed } = trip
    const isLoads = served === undefined || served.outcome === 'loaded' || served.outcome === 'joined'
    if (missed !== undefined && isLoads) {
      core.stats.joined++
      reportLookup(core, request.storageKey, { outcome: 'miss', reason: missed })
    }
  }
  if (served.outcome === 'loaded' || served.outcome === 'joined') return { ...served, outcome: 'joined' }
  // What was stored is each caller's own to read: decoded bytes are not to be shared.
  return core.tracked(loadAlone(core, request))
}

/** @param trip told why nothing was found. */
async function loadAlone(core: CacheCore, request: LoadRequest, trip?: SharedTrip): Promise<Served<unknown>> {
  const { storageKey, plan } = request
  const askedAt = core.flights.ask()
  plan.signal?.throwIfAborted()
  const lookup = plan.fresh ? undefined : await read(core, storageKey, plan)
  if (trip !== undefined && lookup?.outcome === 'miss') trip.missed = lookup.reason
  if (lookup !== undefined && lookup.outcome !== 'miss') {
    if (lookup.outcome === 'stale' || isDueAhead(lookup, plan.refreshAhead)) refreshBehind(core, request, lookup)
    return servedFrom(lookup, lookup.outcome)
  }
  const fallback = lookup?.fallback
  if (fallback !== undefined && core.backoff.holds(storageKey, core.plan.clock.nowMs())) {
    core.stats.fallbacks++
    return servedFrom(fallback, 'stale')
  }
  let joined = false
  for (;;) {
    const going = core.flights.find(storageKey)
    if (going?.abort.signal.aborted === true) {
      await waitForEnd(core, going, plan)
      continue
    }
    const recheck = core.flights.landedSince(storageKey, askedAt)
    const backendUp = lookup?.reason !== 'fault'
    const flight = going ?? beginFlight(core, request, { background: false, stale: fallback, recheck, backendUp })
    if (going !== undefined && !joined) {
      joined = true
      core.stats.joined++
      request.onJoin?.()
    }
    const landing = await landingOr(core, flight, request, fallback)
    if (!('fenced' in landing)) return servedFrom(landing, 'stale')
    if (going !== undefined && !mayTake(flight, landing, { askedAt, fingerprint: plan.fingerprint })) continue
    const value = await requireFit(plan.schema, landing.value, storageKey)
    return {
      outcome: going === undefined && landing.loadMs !== undefined ? 'loaded' : 'joined',
      value,
      tier: undefined,
      ageMs: 0,
      ttlLeftMs: landing.ttlLeftMs,
      loadMs: landing.loadMs,
    }
  }
}

/** The flight's landing, or the fallback in place of a load that failed or overran this caller's patience. */
async function landingOr(
  core: CacheCore,
  flight: Flight<unknown>,
  { plan, storageKey }: LoadRequest,
  fallback: Found | undefined,
): Promise<Landing<unknown> | Found> {
  const own = flightScope.getStore() ?? []
  for (const self of own) {
    if (!waitsFor(flight, self)) continue
    const through = describe(storageKey)
    throw new UsageError(`getOrSet: the loader of ${describe(self.key)} waits for itself through ${through}`)
  }
  for (const self of own) self.waitsFor.add(flight)
  try {
    const waited = await waitFor(core, flight, fallback === undefined ? { ...plan, softTimeoutMs: undefined } : plan)
    if (waited !== 'overran') return waited
    if (fallback === undefined) return await flight.landing
  } catch (error) {
    // The caller's own signal ends the wait; it did not ask for an older value instead.
    if (fallback === undefined || plan.signal?.aborted === true) throw error
  } finally {
    for (const self of own) self.waitsFor.delete(flight)
  }
  core.stats.fallbacks++
  return fallback
}

/** Refreshes a value that has been served, unless a load is going on or has failed a moment ago. */
function refreshBehind(core: CacheCore, request: LoadRequest, served: Found): void {
  const { storageKey } = request
  if (core.flights.find(storageKey) !== undefined || core.flights.size >= MAX_LOADS) return
  if (core.backoff.holds(storageKey, core.plan.clock.nowMs())) return
  beginFlight(core, request, { background: true, stale: served, recheck: false, backendUp: true })
}

/** Whether so much of the ttl has gone that a refresh is to begin before it ends. */
function isDueAhead(hit: Found, refreshAhead: number | undefined): boolean {
  return refreshAhead !== undefined && hit.ageMs >= refreshAhead * (hit.ageMs + hit.ttlLeftMs)
}

function servedFrom({ entry, served, ageMs, ttlLeftMs }: Found, outcome: 'hit' | 'stale'): Served<unknown> {
  return { outcome, value: served, tier: entry.tier, ageMs, ttlLeftMs, loadMs: undefined }
}
