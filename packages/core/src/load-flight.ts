/**
 * One load of one key: lease, loader, write under the lease.
 *
 * Whatever deletes, invalidates or replaces the key while the loader runs voids the lease, so that the late value is not
 * stored: that is P2, in this process and in any other on the same backend. With `singleFlight: 'shared'` the lease is
 * exclusive, and whoever does not get it looks for the holder's value until there is one or the holder is gone.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { CacheCore } from './core.ts'
import type { Key, KeySpace } from './key.ts'
import { LoadControl, type Loader, type LoadRole } from './load-context.ts'
import { LoadLease } from './load-lease.ts'
import type { LoadPlan } from './plan.ts'
import { readQuietly } from './read.ts'
import type { Flight, FlightLog, Landing } from './single-flight.ts'
import { write } from './write.ts'

/** What one getOrSet asks for. */
export interface LoadRequest<T> {
  readonly key: Key
  readonly storageKey: string
  readonly loader: Loader<T>
  readonly plan: LoadPlan
  readonly keys: KeySpace
  /** Told when this request waits for a load that another has begun. */
  readonly onJoin: (() => void) | undefined
}

export interface FlightRole extends LoadRole {
  /** A load landed while this caller's read was on its way: look again before loading. */
  readonly recheck: boolean
  /** A backend that has just failed is not asked again for this load: one timeout per call, not one per step. */
  readonly backendUp: boolean
}

/** The flight whose loader is running here, so that a loader that would wait for itself is noticed. */
export const flightScope: AsyncLocalStorage<Flight<unknown>> = new AsyncLocalStorage()

/** First and longest pause between two looks for another process's value. */
const FIRST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 50

export function beginFlight<T>(core: CacheCore, request: LoadRequest<T>, role: FlightRole): Flight<unknown> {
  return core.flights.begin<unknown>(request.storageKey, role.background, async (flight, log) => {
    try {
      const landing = await fly(core, request, role, flight, log)
      core.backoff.clear(request.storageKey)
      return landing
    } catch (error) {
      if (role.stale !== undefined) {
        core.backoff.note(request.storageKey, core.plan.clock.nowMs() + request.plan.retryAfterErrorMs)
      }
      throw error
    }
  })
}

async function fly<T>(
  core: CacheCore,
  request: LoadRequest<T>,
  role: FlightRole,
  flight: Flight<unknown>,
  log: FlightLog,
): Promise<Landing<unknown>> {
  let lookFirst = role.recheck
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const lease = await takeLease(core, request, role, flight.abort.signal)
    if (lease === 'held') {
      await pause(core, pauseMs)
      log.begun()
      const stored = await storedMeanwhile(core, request)
      if (stored !== undefined) return { ...stored, fenced: false }
      lookFirst = true
      continue
    }
    try {
      const stored = lookFirst ? await storedMeanwhile(core, request) : undefined
      if (stored === undefined) return await loadAndStore(core, request, role, flight, lease, log)
      log.tested()
      return { ...stored, fenced: lease !== undefined && (await lease.holds()) }
    } finally {
      await lease?.giveBack()
    }
  }
}

async function takeLease<T>(
  core: CacheCore,
  { plan, storageKey }: LoadRequest<T>,
  role: FlightRole,
  stop: AbortSignal,
): Promise<LoadLease | 'held' | undefined> {
  if (!core.plan.enabled || !role.backendUp) return undefined
  return LoadLease.take(core, storageKey, plan.shared ? 'exclusive' : 'fence', stop)
}

function pause(core: CacheCore, pauseMs: number): Promise<void> {
  return new Promise((resolve) => {
    core.plan.clock.schedule(pauseMs, resolve)
  })
}

/** What another load stored since this caller looked. */
async function storedMeanwhile<T>(
  core: CacheCore,
  { plan, storageKey }: LoadRequest<T>,
): Promise<Omit<Landing<unknown>, 'fenced'> | undefined> {
  if (plan.fresh) return undefined
  const again = await readQuietly(core, storageKey, plan.fingerprint)
  return again.outcome === 'hit' ? { value: again.value, ttlLeftMs: again.ttlLeftMs, loadMs: undefined } : undefined
}

async function loadAndStore<T>(
  core: CacheCore,
  request: LoadRequest<T>,
  role: FlightRole,
  flight: Flight<unknown>,
  lease: LoadLease | undefined,
  log: FlightLog,
): Promise<Landing<unknown>> {
  const control = new LoadControl(request.plan, request.keys, request.key, flight.abort.signal, role)
  log.begun()
  const { value, loadMs } = await runLoader(core, request, role, flight, control)
  const landing = { value, ttlLeftMs: 0, loadMs }
  if (lease === undefined) return { ...landing, fenced: false }
  log.tested()
  const plan = planFor(value, control)
  if (plan === undefined) return { ...landing, fenced: await lease.holds() }
  const written = await write(core, request.storageKey, value, plan, lease.lease)
  if (written.outcome === 'stored') {
    lease.spend()
    return { ...landing, fenced: true, ttlLeftMs: plan.freshMs }
  }
  const inDoubt = written.reason === 'superseded' || written.reason === 'fault'
  return { ...landing, fenced: !inDoubt && (await lease.holds()) }
}

/** How the value is to be kept; undefined: not at all. */
function planFor(value: unknown, { plan, skipped }: LoadControl): LoadPlan | undefined {
  if (skipped) return undefined
  if (value !== undefined && value !== null) return plan
  if (plan.negativeTtlMs !== undefined) return { ...plan, freshMs: plan.negativeTtlMs }
  return value === undefined ? undefined : plan
}

/** The only place that calls a loader: times it, counts it, reports it. Its error passes untouched. */
async function runLoader<T>(
  core: CacheCore,
  request: LoadRequest<T>,
  role: FlightRole,
  flight: Flight<unknown>,
  control: LoadControl,
): Promise<{ readonly value: unknown; readonly loadMs: number }> {
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
    const value = await flightScope.run(flight, async () => keepable(request.loader, control))
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

/** The loader's value, or the stale one that it says is still right. */
async function keepable<T>(loader: Loader<T>, control: LoadControl): Promise<unknown> {
  try {
    return await loader(control.context)
  } catch (thrown) {
    const kept = control.keptValue(thrown)
    if (kept === undefined) throw thrown
    return kept.value
  }
}
