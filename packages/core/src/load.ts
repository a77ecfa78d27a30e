/**
 * The load trip: getOrSet. A hit is returned; a stale value is returned while one load refreshes it behind; a miss waits
 * for the one load of its key.
 *
 * The load takes a lease before the loader runs and writes under it. Whatever deletes, invalidates or replaces the key
 * meanwhile voids the lease, so that the late value is not stored: that is P2, in this process and in any other on the
 * same backend.
 */
import type { CacheCore } from './core.ts'
import type { KeySpace } from './key.ts'
import { LoadControl, type Loader } from './load-context.ts'
import { LoadLease } from './load-lease.ts'
import type { EntryPlan } from './options.ts'
import { type Lookup, read, readQuietly } from './read.ts'
import { type Flight, type FlightLog, type Landing, mayTake } from './single-flight.ts'
import { write } from './write.ts'

/** What getOrSet came to, and how. */
export interface Served<T> {
  /** `loaded`: by this call's loader. `joined`: by a load another caller had begun. */
  readonly outcome: 'hit' | 'stale' | 'loaded' | 'joined'
  readonly value: T
  /** Who held it; undefined when it was loaded now. */
  readonly tier: string | undefined
  readonly ageMs: number
  readonly ttlLeftMs: number
  /** How long the loader ran; undefined when none did. */
  readonly loadMs: number | undefined
}

/** What one getOrSet asks for. */
export interface LoadRequest<T> {
  readonly storageKey: string
  readonly loader: Loader<T>
  readonly plan: EntryPlan
  readonly keys: KeySpace
  readonly fresh: boolean
}

export async function load<T>(core: CacheCore, request: LoadRequest<T>): Promise<Served<unknown>> {
  const askedAt = core.flights.ask()
  const landedBefore = core.flights.landedCount
  let backendUp = true
  if (!request.fresh) {
    const lookup = await read(core, request.storageKey, request.plan.fingerprint)
    if (lookup.outcome === 'stale' && core.flights.find(request.storageKey) === undefined) {
      beginFlight(core, request, { background: true, stale: lookup, recheck: false, backendUp })
    }
    // A backend that has just failed is not asked again for this load: one timeout per call, not one per step.
    if (lookup.outcome === 'miss') backendUp = lookup.reason !== 'fault'
    if (lookup.outcome !== 'miss') {
      const { outcome, value, tier, ageMs, ttlLeftMs } = lookup
      return { outcome, value, tier, ageMs, ttlLeftMs, loadMs: undefined }
    }
  }
  for (;;) {
    const going = core.flights.find(request.storageKey)
    const recheck = !request.fresh && core.flights.landedCount !== landedBefore
    const flight = going ?? beginFlight(core, request, { background: false, stale: undefined, recheck, backendUp })
    if (going !== undefined) core.stats.joined++
    const landing = await flight.landing
    if (going !== undefined && !mayTake(flight, landing, askedAt)) continue
    return {
      outcome: going === undefined ? 'loaded' : 'joined',
      value: landing.value,
      tier: undefined,
      ageMs: 0,
      ttlLeftMs: landing.ttlLeftMs,
      loadMs: landing.loadMs,
    }
  }
}

interface FlightRole {
  readonly background: boolean
  readonly stale: Exclude<Lookup<unknown>, { outcome: 'miss' }> | undefined
  /** A load landed while this caller's read was on its way: look again before loading. */
  readonly recheck: boolean
  readonly backendUp: boolean
}

function beginFlight<T>(core: CacheCore, request: LoadRequest<T>, role: FlightRole): Flight<unknown> {
  return core.flights.begin(request.storageKey, (log) => fly(core, request, role, log))
}

async function fly<T>(
  core: CacheCore,
  request: LoadRequest<T>,
  role: FlightRole,
  log: FlightLog,
): Promise<Landing<unknown>> {
  const { storageKey, plan } = request
  const lease = core.plan.enabled && role.backendUp ? await LoadLease.take(core, storageKey) : undefined
  try {
    const again = role.recheck ? await readQuietly(core, storageKey, plan.fingerprint) : undefined
    if (again?.outcome === 'hit') {
      log.tested()
      const fenced = lease !== undefined && (await lease.holds())
      return { value: again.value, fenced, ttlLeftMs: again.ttlLeftMs, loadMs: 0 }
    }
    log.begun()
    return await loadAndStore(core, request, role, lease, log)
  } finally {
    await lease?.giveBack()
  }
}

async function loadAndStore<T>(
  core: CacheCore,
  request: LoadRequest<T>,
  role: FlightRole,
  lease: LoadLease | undefined,
  log: FlightLog,
): Promise<Landing<unknown>> {
  const control = new LoadControl(request.plan, request.keys, role)
  const { value, loadMs } = await runLoader(core, request, role, control)
  const landing = { value, ttlLeftMs: 0, loadMs }
  if (lease === undefined) return { ...landing, fenced: false }
  log.tested()
  if (control.skipped || value === undefined) return { ...landing, fenced: await lease.holds() }
  const written = await write(core, request.storageKey, value, control.plan, lease.lease)
  if (written.outcome === 'stored') {
    lease.spend()
    return { ...landing, fenced: true, ttlLeftMs: control.plan.freshMs }
  }
  const inDoubt = written.reason === 'superseded' || written.reason === 'fault'
  return { ...landing, fenced: !inDoubt && (await lease.holds()) }
}

/** The only place that calls a loader: times it, counts it, reports it. Its error passes untouched. */
async function runLoader<T>(
  core: CacheCore,
  request: LoadRequest<T>,
  role: FlightRole,
  control: LoadControl,
): Promise<{ readonly value: T; readonly loadMs: number }> {
  const { clock } = core.plan
  const { stats, events } = core
  const begunAtMs = clock.nowMs()
  const report = (outcome: 'loaded' | 'failed', error: unknown): number => {
    const loadMs = Math.max(0, clock.nowMs() - begunAtMs)
    if (events.has('load')) {
      events.emit('load', { key: request.storageKey, background: role.background, loadMs, outcome, error })
    }
    return loadMs
  }
  stats.loading++
  try {
    const value = await request.loader(control.context)
    const loadMs = report('loaded', undefined)
    stats.loads++
    stats.loadMs += loadMs
    return { value, loadMs }
  } catch (error) {
    stats.loadFailures++
    report('failed', error)
    throw error
  } finally {
    stats.loading--
  }
}
