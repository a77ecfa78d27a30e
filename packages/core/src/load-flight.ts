/**
 * One load of one key: lease, loader, write under the lease.
 *
 * Whatever deletes, invalidates or replaces the key while the loader runs voids the lease, so that the late value is not
 * stored: that is P2, in this process and in any other on the same backend. With `singleFlight: 'shared'` the lease is
 * exclusive, and whoever does not get it looks for the holder's value until there is one or the holder is gone.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { CacheCore } from './core.ts'
import { CodecError } from './errors.ts'
import type { Key, KeySpace } from './key.ts'
import { LoadControl, type Loader, type LoadRole } from './load-context.ts'
import { LoadLease } from './load-lease.ts'
import { boundBehind } from './load-wait.ts'
import type { LoadPlan } from './plan.ts'
import { type Found, readQuietly, type Servable } from './read.ts'
import type { Flight, FlightLog, Landing } from './single-flight.ts'
import type { RefusalReason } from './vocabulary.ts'
import { reportWrite, write } from './write.ts'

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

/** The flights whose loader is running here, so that a loader that would wait for itself is noticed. */
export const flightScope: AsyncLocalStorage<readonly Flight<unknown>[]> = new AsyncLocalStorage()

/** First and longest pause between two looks for another process's value. */
const FIRST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 50

export function beginFlight<T>(core: CacheCore, request: LoadRequest<T>, role: FlightRole): Flight<unknown> {
  const traits = { keepsOn: role.background, fingerprint: request.plan.fingerprint }
  const flight = core.flights.begin<unknown>(request.storageKey, traits, async (own, log) => {
    try {
      const landing = await fly(core, request, role, own, log)
      core.backoff.clear(request.storageKey)
      return landing
    } catch (error) {
      if (role.stale !== undefined) {
        core.backoff.note(request.storageKey, core.plan.clock.nowMs() + request.plan.retryAfterErrorMs)
      }
      throw error
    }
  })
  boundBehind(core, flight, request.plan.hardTimeoutMs)
  return flight
}

async function fly<T>(
  core: CacheCore,
  request: LoadRequest<T>,
  role: FlightRole,
  flight: Flight<unknown>,
  log: FlightLog,
): Promise<Landing<unknown>> {
  let lookFirst = role.recheck || role.stale !== undefined
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    // Nobody waits any more: whoever holds the lease loads for others.
    flight.abort.signal.throwIfAborted()
    const lease = await takeLease(core, request, role, flight.abort.signal)
    if (lease !== 'held') return flyUnder(lease, core, request, { ...role, recheck: lookFirst }, flight, log)
    // The others of a bulk load need not wait for another process.
    request.onJoin?.()
    await pause(core, pauseMs)
    log.begun()
    const { newer } = await lookAgain(core, request, role)
    if (newer !== undefined) return { ...storedLanding(newer), fenced: false }
    lookFirst = true
  }
}

async function flyUnder<T>(
  lease: LoadLease | undefined,
  core: CacheCore,
  request: LoadRequest<T>,
  role: FlightRole,
  flight: Flight<unknown>,
  log: FlightLog,
): Promise<Landing<unknown>> {
  try {
    const { newer, stale } = role.recheck
      ? await lookAgain(core, request, role)
      : { newer: undefined, stale: role.stale }
    if (newer === undefined) return await loadAndStore(core, request, { ...role, stale }, flight, lease, log)
    log.tested()
    const fenced = lease !== undefined && (await lease.holds(newer.entry.facts.tags))
    return { ...storedLanding(newer), fenced }
  } finally {
    // Nobody waits for the giving back; closing does.
    if (lease !== undefined) void core.tracked(lease.giveBack())
  }
}

/**
 * What is there now that the lease is held. What the caller read before it may have been replaced, refreshed or deleted
 * since; a value handed to the loader as stale, above all, must not be one that has been deleted.
 */
async function lookAgain<T>(
  core: CacheCore,
  { plan, storageKey }: LoadRequest<T>,
  role: FlightRole,
): Promise<{ readonly newer: Servable | undefined; readonly stale: Found | undefined }> {
  if (plan.fresh) return { newer: undefined, stale: undefined }
  const again = await readQuietly(core, storageKey, plan.fingerprint)
  if (again.outcome === 'miss') return { newer: undefined, stale: again.fallback }
  const isKnown = role.stale?.entry.facts.storedAtMs === again.entry.facts.storedAtMs
  if (again.outcome === 'hit' && !isKnown) return { newer: again, stale: undefined }
  return { newer: undefined, stale: again }
}

function storedLanding({ value, ttlLeftMs }: Servable): Omit<Landing<unknown>, 'fenced'> {
  return { value, ttlLeftMs, loadMs: undefined }
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

async function loadAndStore<T>(
  core: CacheCore,
  request: LoadRequest<T>,
  role: FlightRole,
  flight: Flight<unknown>,
  lease: LoadLease | undefined,
  log: FlightLog,
): Promise<Landing<unknown>> {
  const control = new LoadControl(request.plan, request.keys, request.key, flight.abort.signal, role)
  flight.abort.signal.throwIfAborted()
  log.begun()
  const { value, loadMs } = await runLoader(core, request, role, flight, control)
  const landing = { value, ttlLeftMs: 0, loadMs }
  if (lease === undefined) return { ...landing, fenced: false }
  log.tested()
  const plan = planFor(value, control)
  const written = plan === undefined ? undefined : await writeLoaded(core, request.storageKey, value, plan, lease)
  if (plan !== undefined && written === 'stored') return { ...landing, fenced: true, ttlLeftMs: plan.freshMs }
  const inDoubt = written === 'superseded' || written === 'fault'
  return { ...landing, fenced: !inDoubt && (await lease.holds(control.plan.tags)) }
}

/** A value that cannot become bytes is still a value: the callers get it, the failure has been reported. */
async function writeLoaded(
  core: CacheCore,
  key: string,
  value: unknown,
  plan: LoadPlan,
  lease: LoadLease,
): Promise<'stored' | RefusalReason> {
  try {
    const written = await write(core, key, value, plan, lease.lease)
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
    const value = await flightScope.run([flight], async () => keepable(request.loader, control))
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
    return control.keepStale(thrown).value
  }
}
