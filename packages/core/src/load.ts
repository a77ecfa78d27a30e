/**
 * The load trip: getOrSet. A hit is returned; a stale value is returned while one load refreshes it behind; a miss waits
 * for the one load of its key.
 *
 * The load takes a lease before the loader runs and writes under it. Whatever deletes, invalidates or replaces the key
 * meanwhile voids the lease, so that the late value is not stored: that is P2, in this process and in any other on the
 * same backend. The lease is renewed at a third of its length for as long as the loader runs.
 */
import type { Lease } from './backend.ts'
import type { CacheCore } from './core.ts'
import type { KeySpace } from './key.ts'
import { LoadControl, type Loader } from './load-context.ts'
import type { EntryPlan } from './options.ts'
import { type Lookup, read, readQuietly } from './read.ts'
import { type Flight, type Landing, mayTake } from './single-flight.ts'
import { write } from './write.ts'

/** Long enough that a renewal late by a stalled loop still comes in time. */
const LEASE_MS = 30_000

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
  if (!request.fresh) {
    const lookup = await read(core, request.storageKey, request.plan.fingerprint)
    if (lookup.outcome === 'stale' && core.flights.find(request.storageKey) === undefined) {
      beginFlight(core, request, { background: true, stale: lookup, recheck: false })
    }
    if (lookup.outcome !== 'miss') {
      const { outcome, value, tier, ageMs, ttlLeftMs } = lookup
      return { outcome, value, tier, ageMs, ttlLeftMs, loadMs: undefined }
    }
  }
  for (;;) {
    const going = core.flights.find(request.storageKey)
    const recheck = !request.fresh && core.flights.landedCount !== landedBefore
    const flight = going ?? beginFlight(core, request, { background: false, stale: undefined, recheck })
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
}

function beginFlight<T>(core: CacheCore, request: LoadRequest<T>, role: FlightRole): Flight<unknown> {
  return core.flights.begin(request.storageKey, (begun) => fly(core, request, role, begun))
}

async function fly<T>(
  core: CacheCore,
  request: LoadRequest<T>,
  role: FlightRole,
  begun: () => void,
): Promise<Landing<unknown>> {
  const { backend, clock, enabled } = core.plan
  const { storageKey } = request
  const lease = enabled
    ? await core.faults.attempt('lease', () => backend.lease(storageKey, 'fence', LEASE_MS, clock.nowMs()), undefined)
    : undefined
  const stopRenewing = lease === undefined ? () => undefined : keepLease(core, lease)
  try {
    if (role.recheck) {
      const again = await readQuietly(core, storageKey, request.plan.fingerprint)
      if (again.outcome === 'hit') {
        return { value: again.value, fenced: await holds(core, lease), ttlLeftMs: again.ttlLeftMs, loadMs: 0 }
      }
    }
    return await loadAndStore(core, request, role, lease, begun)
  } finally {
    stopRenewing()
    if (lease !== undefined) await core.faults.attempt('release', () => backend.release(lease), undefined)
  }
}

async function loadAndStore<T>(
  core: CacheCore,
  request: LoadRequest<T>,
  role: FlightRole,
  lease: Lease | undefined,
  begun: () => void,
): Promise<Landing<unknown>> {
  const control = new LoadControl(request.plan, request.keys, role)
  begun()
  const { value, loadMs } = await runLoader(core, request, role, control)
  const stored =
    control.skipped || value === undefined || lease === undefined
      ? undefined
      : await write(core, request.storageKey, value, control.plan, lease)
  if (stored?.outcome === 'stored') return { value, fenced: true, ttlLeftMs: control.plan.freshMs, loadMs }
  const voided = stored?.reason === 'superseded' || stored?.reason === 'fault'
  return { value, fenced: !voided && (await holds(core, lease)), ttlLeftMs: 0, loadMs }
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

/** Whether the lease still holds, so that nothing has been invalidated since it was taken. */
async function holds(core: CacheCore, lease: Lease | undefined): Promise<boolean> {
  if (lease === undefined) return false
  const { backend, clock } = core.plan
  return core.faults.attempt('renew', () => backend.renew(lease, LEASE_MS, clock.nowMs()), false)
}

/** Renews the lease at every third of its length. @returns how to stop. */
function keepLease(core: CacheCore, lease: Lease): () => void {
  let stopped = false
  let cancel = () => {}
  const renewLater = () => {
    cancel = core.plan.clock.schedule(LEASE_MS / 3, () => {
      const goOn = (held: boolean) => {
        if (held && !stopped) renewLater()
      }
      // A renewal that failed has been reported; the next third may succeed.
      holds(core, lease).then(goOn, () => goOn(true))
    })
  }
  renewLater()
  return () => {
    stopped = true
    cancel()
  }
}
