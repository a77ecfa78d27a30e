/**
 * One caller's wait for a load: up to its soft or hard timeout, or until its own signal ends it. Leaving ends the wait,
 * not the load, which others may wait for. When the last one leaves a load that refreshes nothing, it is abandoned: its
 * signal fires, and its slot is freed when it settles or the time of a lease is over, and with that its right to store, so that loads never
 * pile up on a key. So is one that is past the hard timeout of the one who began it, once nobody waits who has no older value to
 * leave with, or another has overrun as well: callers who keep coming must not keep a load that hangs. Nobody takes anything from
 * an abandoned load; who waits for it, or comes meanwhile, waits for its end and asks again.
 */
import { type CancelTimer, ticksOf } from './clock.ts'
import type { CacheCore } from './core.ts'
import { TimeoutError } from './errors.ts'
import { LEASE_MS } from './lease-life.ts'
import type { LoadPlan } from './plan.ts'
import type { Flight, Landing } from './single-flight.ts'

/** How long one caller waits: timeouts count from its question. */
export interface WaitLimits extends Pick<LoadPlan, 'softTimeoutMs' | 'hardTimeoutMs' | 'signal'> {
  /** By the clock's ticks; read only where there is a timeout. */
  readonly askedAtMs: number
}

export function limitsOf(core: CacheCore, { softTimeoutMs, hardTimeoutMs, signal }: LoadPlan): WaitLimits {
  const isTimed = softTimeoutMs !== undefined || hardTimeoutMs !== undefined
  return { softTimeoutMs, hardTimeoutMs, signal, askedAtMs: isTimed ? ticksOf(core.plan.clock)() : 0 }
}

/** Who waits. */
export interface Waiter extends WaitLimits {
  /** Has no older value to leave with. */
  readonly isNeedy: boolean
  /** Has begun the load. */
  readonly began: boolean
}

/**
 * `overran`: the soft timeout came first; the load goes on behind. `abandoned`: it was given up, though this caller waited.
 * @throws TimeoutError at the hard timeout, the signal's reason when it fires, the loader's error when it fails.
 */
export async function waitFor(
  core: CacheCore,
  flight: Flight<unknown>,
  waiter: Waiter,
): Promise<Landing<unknown> | 'overran' | 'abandoned'> {
  const needs = waiter.isNeedy ? 1 : 0
  flight.waiterCount++
  flight.needyCount += needs
  let reason: unknown
  try {
    return await within(core, flight.landing, waiter, (why) => {
      reason = why
      if (why === undefined && !flight.isOverdue) flight.keepsOn = true
    })
  } catch (error) {
    if (reason === undefined && error instanceof TimeoutError && error === flight.abort.reason) return 'abandoned'
    throw error
  } finally {
    flight.waiterCount--
    flight.needyCount -= needs
    // Whoever finds it overdue and overruns, too, has been as patient as anybody: those who joined later ask again.
    if (flight.isOverdue && !waiter.began && reason instanceof TimeoutError) abandon(core, flight, reason)
    else if (reason !== undefined) abandonUnlessWanted(core, flight, reason)
  }
}

/** Waits for what has no soft timeout: a read. */
export async function withinHard<T>(core: CacheCore, goal: Promise<T>, limits: WaitLimits): Promise<T> {
  const { hardTimeoutMs, signal } = limits
  if (hardTimeoutMs === undefined && signal === undefined) return goal
  await within(core, goal, { ...limits, softTimeoutMs: undefined })
  return goal
}

/** Bounds a load that goes on behind by the hard timeout of the one who began it. */
export function boundBehind(core: CacheCore, flight: Flight<unknown>, hardTimeoutMs: number | undefined): void {
  if (hardTimeoutMs === undefined) return
  const end = () => {
    flight.isOverdue = true
    flight.keepsOn = false
    abandonUnlessWanted(core, flight, new TimeoutError('load', hardTimeoutMs))
  }
  const cancel = core.plan.clock.schedule(hardTimeoutMs, end)
  flight.landing.then(cancel, cancel)
}

function abandonUnlessWanted(core: CacheCore, flight: Flight<unknown>, reason: unknown): void {
  const waitingCount = flight.isOverdue ? flight.needyCount : flight.waiterCount
  if (waitingCount === 0 && !flight.keepsOn) abandon(core, flight, reason)
}

function abandon(core: CacheCore, flight: Flight<unknown>, reason: unknown): void {
  if (flight.abort.isAborted) return
  flight.abort.abort(reason)
  flight.giveUp(reason)
  const cancel = core.plan.clock.schedule(LEASE_MS, () => core.flights.forget(flight))
  void flight.over.then(cancel)
}

/** @param onLeaving told why the wait ended before its goal: the error, or undefined at the soft timeout. */
export function within<T>(
  core: CacheCore,
  goal: Promise<T>,
  { softTimeoutMs, hardTimeoutMs, signal, askedAtMs }: WaitLimits,
  onLeaving: (reason: unknown) => void = () => undefined,
): Promise<T | 'overran'> {
  if (softTimeoutMs === undefined && hardTimeoutMs === undefined && signal === undefined) return goal
  const { clock } = core.plan
  const cancels: CancelTimer[] = []
  const left = (limitMs: number) => Math.max(0, limitMs - (ticksOf(clock)() - askedAtMs))
  const waited = new Promise<T | 'overran'>((resolve, reject) => {
    const fail = (reason: unknown) => {
      onLeaving(reason)
      reject(reason)
    }
    if (softTimeoutMs !== undefined) {
      const overrun = () => {
        onLeaving(undefined)
        resolve('overran')
      }
      cancels.push(clock.schedule(left(softTimeoutMs), overrun))
    }
    if (hardTimeoutMs !== undefined) {
      const overrun = () => fail(new TimeoutError('load', hardTimeoutMs))
      cancels.push(clock.schedule(left(hardTimeoutMs), overrun))
    }
    if (signal !== undefined) {
      const end = () => fail(signal.reason)
      // It may have fired while the read was on its way: then nobody will tell.
      if (signal.aborted) end()
      signal.addEventListener('abort', end, { once: true })
      cancels.push(() => signal.removeEventListener('abort', end))
    }
    goal.then(resolve, reject)
  })
  return waited.finally(() => {
    for (const cancel of cancels) cancel()
  })
}
