/**
 * The load trip: getOrSet. A hit is returned; a stale value is returned while one load refreshes it behind; a miss waits
 * for the one load of its key, and falls back to the value that stale-if-error kept when that load fails or overruns.
 */
import { ticksOf } from './clock.ts'
import type { CacheCore } from './core.ts'
import { agesOf, freshnessOf } from './freshness.ts'
import { beginFlight } from './load-flight.ts'
import type { LoadRequest } from './load-run.ts'
import { limitsOf, type WaitLimits, waitFor, within, withinHard } from './load-wait.ts'
import { isThenable } from './maybe-promise.ts'
import { type Found, read, readAgain, reportLookup } from './read.ts'
import { asksTheSame, isShareable, PENDING, type SharedTrip } from './same-moment.ts'
import { fittedLoad } from './schema.ts'
import type { Served } from './served.ts'
import { mayTake } from './single-flight.ts'
import { waiting, workScope } from './work-scope.ts'

/** With this many loads going on, stale values are served without a refresh behind: hanging loaders must not pile up. */
const MAX_LOADS = 10_000

/** Answers one call, sharing the trip of another that asked the same in the same moment (same-moment.ts). */
export function load(core: CacheCore, request: LoadRequest): Promise<Served<unknown>> {
  const { storageKey, plan } = request
  // Who waits inside a loader, or for its part of a bulk load, has a place in the order of waiting.
  if (request.onJoin !== undefined || workScope.getStore() !== undefined || !isShareable(plan)) {
    return core.tracked(loadAlone(core, request))
  }
  const going = core.moment.find(storageKey)
  if (going === undefined) {
    const trip: SharedTrip = { plan, missed: undefined, entry: undefined, joined: undefined, answer: PENDING }
    trip.answer = core.tracked(loadAlone(core, request, trip))
    core.moment.note(storageKey, trip)
    return trip.answer
  }
  return asksTheSame(plan, going.plan) ? shareTrip(core, request, going) : core.tracked(loadAlone(core, request))
}

/** Counts itself as going on, which spares each caller of a stampede a promise. */
async function shareTrip(core: CacheCore, request: LoadRequest, trip: SharedTrip): Promise<Served<unknown>> {
  let served: Served<unknown> | undefined
  // As long as it has waited for another's trip it has waited.
  const limits = limitsOf(core, request.plan)
  core.callBegan()
  try {
    served = await trip.answer
    trip.joined ??= joinedOf(served)
    return trip.joined ?? (await ownReading(core, request, trip)) ?? (await loadAlone(core, request, undefined, limits))
  } finally {
    if (trip.missed !== undefined && (served === undefined || trip.joined !== undefined)) {
      core.stats.joined++
      reportLookup(core, request.storageKey, { outcome: 'miss', reason: trip.missed })
    }
    core.callEnded()
  }
}

/** The same for all who share a trip to a loader. */
function joinedOf(served: Served<unknown>): Served<unknown> | undefined {
  return served.outcome === 'loaded' || served.outcome === 'joined' ? { ...served, outcome: 'joined' } : undefined
}

/** What was stored is each caller's own to decode: what comes of bytes is not to be shared. No wait is begun anew. */
async function ownReading(
  core: CacheCore,
  { storageKey, plan }: LoadRequest,
  { entry }: SharedTrip,
): Promise<Served<unknown> | undefined> {
  if (entry === undefined) return undefined
  const again = await readAgain(core, storageKey, plan, entry)
  if (again.outcome !== 'miss') {
    reportLookup(core, storageKey, again)
    return servedFrom(again, again.outcome)
  }
  if (again.fallback === undefined) return undefined
  reportLookup(core, storageKey, again)
  core.stats.fallbacks++
  return servedFrom(again.fallback, 'stale')
}

/** @param trip told why nothing was found. */
async function loadAlone(
  core: CacheCore,
  request: LoadRequest,
  trip?: SharedTrip,
  limits: WaitLimits = limitsOf(core, request.plan),
): Promise<Served<unknown>> {
  const { storageKey, plan } = request
  const askedAt = core.flights.ask()
  plan.signal?.throwIfAborted()
  const answer = plan.fresh ? undefined : read(core, storageKey, plan)
  const lookup = isThenable(answer) ? await withinHard(core, answer, limits) : answer
  if (trip !== undefined && lookup !== undefined) {
    trip.entry = lookup.outcome === 'miss' ? lookup.fallback?.entry : lookup.entry
    if (lookup.outcome === 'miss') trip.missed = lookup.reason
  }
  if (lookup !== undefined && lookup.outcome !== 'miss') {
    if (lookup.outcome === 'stale' || isDueAhead(lookup, plan.refreshAhead)) refreshBehind(core, request, lookup)
    return servedFrom(lookup, lookup.outcome)
  }
  const fallback = lookup?.fallback
  const wait = { request, limits, fallback }
  let joined = false
  core.standing.hold(storageKey, fallback)
  try {
    for (;;) {
      if (fallback !== undefined && core.backoff.holds(storageKey, ticksOf(core.plan.clock)())) {
        const left = standingNow(core, fallback)
        if (left !== undefined) {
          core.stats.fallbacks++
          return servedFrom(left, 'stale')
        }
      }
      const going = core.flights.find(storageKey)
      if (going?.abort.isAborted === true) {
        request.onJoin?.()
        const forItsEnd = () => orStanding(core, wait, (patience) => within(core, going.over, patience))
        const standing = await waiting('getOrSet', going, forItsEnd)
        if (standing !== undefined) return servedFrom(standing, 'stale')
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
      const began = going === undefined
      const forItsLanding = () =>
        orStanding(core, wait, (patience, isNeedy) => waitFor(core, flight, { ...patience, isNeedy, began }))
      const landing = await waiting('getOrSet', flight, forItsLanding)
      if (landing === 'abandoned') continue
      if (!('fenced' in landing)) return servedFrom(landing, 'stale')
      if (
        going !== undefined &&
        !mayTake(flight, landing, { askedAt, fingerprint: plan.fingerprint, fresh: plan.fresh })
      )
        continue
      const fit = going === undefined ? { value: landing.fitted } : await fittedLoad(plan.schema, landing.value)
      // Made for another schema; this caller's own load says what is wrong, if anything is.
      if (fit === undefined) continue
      const { tier, ageMs, ttlLeftMs, loadMs } = landing
      const outcome = going === undefined && loadMs !== undefined ? 'loaded' : 'joined'
      return { outcome, value: fit.value, tier, ageMs, ttlLeftMs, loadMs }
    }
  } finally {
    core.standing.letGo(fallback)
  }
}

/** What one caller brings to its wait. */
interface Waiting {
  readonly request: LoadRequest
  readonly limits: WaitLimits
  readonly fallback: Found | undefined
}

/** What is waited for, or the fallback in place of a load that failed or overran this caller's patience. */
async function orStanding<T>(
  core: CacheCore,
  { request, limits, fallback }: Waiting,
  wait: (patience: WaitLimits, isNeedy: boolean) => Promise<T | 'overran'>,
): Promise<T | Found> {
  const patience = fallback === undefined ? { ...limits, softTimeoutMs: undefined } : limits
  let standing: Found | undefined
  try {
    const waited = await wait(patience, fallback === undefined)
    if (waited !== 'overran') return waited
    standing = standingNow(core, fallback)
    // Nothing is left to leave with: this caller waits on.
    if (standing === undefined) return await orStanding(core, { request, limits, fallback: undefined }, wait)
  } catch (error) {
    // The caller's own signal ends the wait; it did not ask for an older value instead.
    standing = request.plan.signal?.aborted === true ? undefined : standingNow(core, fallback)
    if (standing === undefined) throw error
  }
  core.stats.fallbacks++
  return standing
}

/** The fallback as of now; none once it was deleted, or its windows are over, which do not stand still while a load runs. */
function standingNow({ plan, standing }: CacheCore, fallback: Found | undefined): Found | undefined {
  if (fallback === undefined || !standing.holds(fallback)) return undefined
  const { facts } = fallback.entry
  const nowMs = plan.clock.nowMs()
  return freshnessOf(facts, nowMs) === 'gone' ? undefined : { ...fallback, ...agesOf(facts, nowMs) }
}

/** Refreshes a value that has been served, unless a load is going on or has failed a moment ago. */
function refreshBehind(core: CacheCore, request: LoadRequest, served: Found): void {
  const { storageKey } = request
  if (core.flights.find(storageKey) !== undefined || core.flights.size >= MAX_LOADS) return
  if (core.backoff.holds(storageKey, ticksOf(core.plan.clock)())) return
  beginFlight(core, request, { background: true, stale: served, recheck: false, backendUp: true })
}

/** Whether so much of the ttl has gone that a refresh is to begin before it ends. */
function isDueAhead(hit: Found, refreshAhead: number | undefined): boolean {
  return refreshAhead !== undefined && hit.ageMs >= refreshAhead * (hit.ageMs + hit.ttlLeftMs)
}

function servedFrom({ entry, served, ageMs, ttlLeftMs }: Found, outcome: 'hit' | 'stale'): Served<unknown> {
  return { outcome, value: served, tier: entry.tier, ageMs, ttlLeftMs, loadMs: undefined }
}
