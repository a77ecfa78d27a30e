/**
 * One load of one key: lease, loader, write under the lease.
 *
 * Whatever deletes, invalidates or replaces the key while the loader runs voids the lease, so that the late value is not
 * stored: that is P2, in this process and in any other on the same backend. With `singleFlight: 'shared'` the lease is
 * exclusive, and whoever does not get it looks for the holder's value until there is one or the holder is gone. Where the
 * backend has no room for any lease there may be no holder to wait for: the load runs, and its value is not stored.
 */
import type { Backend } from './backend.ts'
import { ticksOf } from './clock.ts'
import type { CacheCore } from './core.ts'
import { CodecError, describe, TimeoutError, UsageError } from './errors.ts'
import { LoadControl, type LoadRole } from './load-context.ts'
import { LoadLease } from './load-lease.ts'
import { type LoadRequest, runLoader } from './load-run.ts'
import { boundBehind } from './load-wait.ts'
import type { LoadPlan } from './plan.ts'
import { type Found, readQuietly, type Servable } from './read.ts'
import type { Flight, FlightLog, Landing } from './single-flight.ts'
import type { MaybePromise, RefusalReason } from './vocabulary.ts'
import { ownWork, type Work } from './work-scope.ts'
import { type EntryContent, factsOf, reportWrite, write } from './write.ts'

export interface FlightRole extends LoadRole {
  /** A load landed while this caller's read was on its way: look again before loading. */
  readonly recheck: boolean
  /** A backend that has just failed is not asked again for this load: one timeout per call, not one per step. */
  readonly backendUp: boolean
}

/** What the steps of one flight work on. */
interface Trip {
  readonly core: CacheCore
  readonly request: LoadRequest
  readonly flight: Flight<unknown>
  readonly log: FlightLog
}

/** First and longest pause between two looks for another process's value. */
const FIRST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 50
/** So that who waits looks again after a quarter of the time that it has waited, and the first pause. */
const PAUSE_GROWTH = 1.25
/** After so many looks, a second or less, it is found out whether there is a holder at all. */
const LOOKS_BEFORE_DOUBT = 20

export function beginFlight(core: CacheCore, request: LoadRequest, role: FlightRole): Flight<unknown> {
  const traits = { keepsOn: role.background, fingerprint: request.plan.fingerprint }
  const begun = core.flights.begin<unknown>(request.storageKey, traits, async (flight, log) => {
    try {
      const landing = await fly({ core, request, flight, log }, role)
      // A refresh that stored nothing leaves the value as old as it was: it is not to begin again at each request.
      if (role.background && landing.fenced && landing.ttlLeftMs === 0) pauseRefreshes(core, request)
      else core.backoff.clear(request.storageKey)
      return landing
    } catch (error) {
      // A load that nobody wants any more says nothing about its source; one that took too long does.
      const { abort } = flight
      const isSources = !abort.isAborted || abort.reason instanceof TimeoutError
      if (role.stale !== undefined && isSources) {
        pauseRefreshes(core, request)
      }
      throw error
    }
  })
  const { abort } = begun
  // Its loader may never end, and tell nobody of its failure.
  if (role.stale !== undefined)
    abort.whenAborted(() => {
      if (abort.reason instanceof TimeoutError) pauseRefreshes(core, request)
    })
  boundBehind(core, begun, request.plan.hardTimeoutMs)
  return begun
}

function pauseRefreshes(core: CacheCore, { storageKey, plan }: LoadRequest): void {
  core.backoff.note(storageKey, ticksOf(core.plan.clock)() + plan.retryAfterErrorMs)
}

async function fly(trip: Trip, role: FlightRole): Promise<Landing<unknown>> {
  const { core, request, flight, log } = trip
  // Between a read and a lease that keeps others out, another process may have loaded and be done.
  let lookFirst = role.recheck || role.stale !== undefined || request.plan.shared
  let lookCount = 0
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LONGEST_PAUSE_MS)) {
    // Nobody waits any more: whoever holds the lease loads for others.
    flight.abort.throwIfAborted()
    const lease = await takeLease(trip, role)
    if (lease !== 'held') return flyUnder(trip, lease, { ...role, recheck: lookFirst })
    requireOtherHolder(core, flight)
    if (++lookCount % LOOKS_BEFORE_DOUBT === 0 && !(await hasRoom(trip))) {
      return flyUnder(trip, undefined, { ...role, recheck: true })
    }
    // The others of a bulk load need not wait for another process.
    request.onJoin?.()
    await pause(core, pauseMs, !role.background)
    log.begun()
    const { newer } = await lookAgain(trip, role)
    if (newer !== undefined) return { ...storedLanding(newer), fenced: false }
    lookFirst = true
  }
}

async function flyUnder(trip: Trip, lease: LoadLease | undefined, role: FlightRole): Promise<Landing<unknown>> {
  if (trip.request.plan.shared && lease !== undefined) leaseHolders.set(trip.flight, trip.core.plan.backend)
  try {
    // What is found now goes to the loader as stale, and may become its result: the load is as old as this look.
    trip.log.begun()
    const { newer, stale } = role.recheck ? await lookAgain(trip, role) : { newer: undefined, stale: role.stale }
    if (newer === undefined) return await loadAndStore(trip, lease, { ...role, stale })
    trip.log.tested()
    const fenced = lease !== undefined && (await lease.holds(newer.entry.facts.tags))
    return { ...storedLanding(newer), fenced }
  } finally {
    // Nobody waits for the giving back; closing does.
    if (lease !== undefined) void trip.core.tracked(lease.giveBack())
  }
}

/**
 * What is there now that the lease is held. What the caller read before it may have been replaced, refreshed or deleted
 * since; a value handed to the loader as stale, above all, must not be one that has been deleted.
 */
async function lookAgain(
  { core, request: { plan, storageKey } }: Trip,
  role: FlightRole,
): Promise<{ readonly newer: Servable | undefined; readonly stale: Found | undefined }> {
  if (plan.fresh) return { newer: undefined, stale: undefined }
  const again = await readQuietly(core, storageKey, plan)
  if (again.outcome === 'miss') return { newer: undefined, stale: again.fallback }
  const isKnown = role.stale?.entry.facts.storedAtMs === again.entry.facts.storedAtMs
  if (again.outcome === 'hit' && !isKnown) return { newer: again, stale: undefined }
  return { newer: undefined, stale: again }
}

function storedLanding({ value, served, entry, ageMs, ttlLeftMs }: Servable): Omit<Landing<unknown>, 'fenced'> {
  return { value, fitted: served, tier: entry.tier, ageMs, ttlLeftMs, loadMs: undefined }
}

/** Two caches on one backend share leases, but not the order of waiting: the holder may be the very one who asks. */
function requireOtherHolder(core: CacheCore, flight: Flight<unknown>): void {
  const { backend } = core.plan
  const isOwn = ownWork().some(
    (work) => work !== flight && work.key === flight.key && leaseHolders.get(work) === backend,
  )
  if (isOwn) throw new UsageError(`getOrSet: ${describe(flight.key)} waits for itself through another cache`)
}

/** Loads that hold their key across processes, by the backend that knows it. */
const leaseHolders = new WeakMap<Work, Backend>()

function takeLease(
  { core, request: { plan, storageKey }, flight }: Trip,
  role: FlightRole,
): MaybePromise<LoadLease | 'held' | undefined> {
  if (!core.plan.enabled || !role.backendUp) return undefined
  return LoadLease.take(core, storageKey, plan.shared ? 'exclusive' : 'fence', flight.abort)
}

/** No holder keeps a fence from being given. */
async function hasRoom({ core, request, flight }: Trip): Promise<boolean> {
  const fence = await LoadLease.take(core, request.storageKey, 'fence', flight.abort)
  if (!(fence instanceof LoadLease)) return false
  void core.tracked(fence.giveBack())
  return true
}

function pause(core: CacheCore, pauseMs: number, isAwaited: boolean): Promise<void> {
  return new Promise((resolve) => {
    core.plan.clock.schedule(pauseMs, resolve, isAwaited)
  })
}

async function loadAndStore(
  { core, request, flight, log }: Trip,
  lease: LoadLease | undefined,
  role: FlightRole,
): Promise<Landing<unknown>> {
  const control = new LoadControl(request, flight.abort, role)
  flight.abort.throwIfAborted()
  if (role.stale === undefined) log.begun()
  const { value, fitted, loadMs } = await runLoader(core, request, flight, control)
  const landing = { value, fitted, tier: undefined, ageMs: 0, ttlLeftMs: 0, loadMs }
  // Who has lost its slot is told of no expiry any more.
  const hasSlot = core.flights.find(request.storageKey) === flight
  if (lease === undefined || !hasSlot) return { ...landing, fenced: false }
  log.tested()
  const plan = planFor(value, control)
  const { tags } = plan ?? control.plan
  if (tags.some((tag) => flight.expiredTags.includes(tag))) return { ...landing, fenced: false }
  flight.storedTags = tags
  if (plan === undefined) {
    const fenced = await lease.holds(tags)
    const replaces = !control.skipped && (role.stale !== undefined || request.plan.fresh)
    if (fenced && replaces) await removeReplaced(core, request.storageKey, lease)
    return { ...landing, fenced }
  }
  const facts = factsOf(core, plan, core.plan.clock.nowMs())
  const written = await writeLoaded(core, request.storageKey, { value, facts, placement: plan.placement }, lease)
  if (written === 'stored') return { ...landing, fenced: true, ttlLeftMs: facts.staleAtMs - facts.storedAtMs }
  // Refused for its size after the lease was found to hold (B12); the refusal itself has voided that.
  if (written === 'too-large') return { ...landing, fenced: true }
  const inDoubt = written === 'superseded' || written === 'fault'
  return { ...landing, fenced: !inDoubt && (await lease.holds(tags)) }
}

/** The source has nothing any more, and nothing is kept of that: nor is what it had, unless somebody has stored anew since. */
async function removeReplaced(core: CacheCore, key: string, lease: LoadLease): Promise<void> {
  const { backend, clock } = core.plan
  const removed = await core.faults.attempt('delete', () => backend.delete(key, clock.nowMs(), lease.lease), false)
  if (!removed) return
  lease.spend()
  core.reportDelete(key, true)
}

/** A value that cannot become bytes is still a value: the callers get it, the failure has been reported. */
async function writeLoaded(
  core: CacheCore,
  key: string,
  entry: EntryContent,
  lease: LoadLease,
): Promise<'stored' | RefusalReason> {
  try {
    const written = await write(core, key, entry, lease.lease)
    if (written.outcome === 'refused') return written.reason
    lease.spend()
    return 'stored'
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    reportWrite(core, key, 'unencodable')
    return 'unencodable'
  }
}

/** How the value is to be kept; undefined: not at all. */
function planFor(value: unknown, { plan, skipped, hasSetTtl }: LoadControl): LoadPlan | undefined {
  if (skipped) return undefined
  if (value !== undefined && value !== null) return plan
  if (plan.negativeTtlMs !== undefined && !hasSetTtl) return { ...plan, freshMs: plan.negativeTtlMs }
  return value === undefined && plan.negativeTtlMs === undefined ? undefined : plan
}
