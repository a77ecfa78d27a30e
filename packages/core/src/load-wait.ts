/**
 * One caller's wait for a load: up to its soft or hard timeout, or until its own signal ends it. Leaving ends the wait,
 * not the load, which others may wait for; the last one to leave a load that refreshes nothing fires the loader's signal.
 */
import type { CancelTimer } from './clock.ts'
import type { CacheCore } from './core.ts'
import { TimeoutError } from './errors.ts'
import { LEASE_MS } from './load-lease.ts'
import type { LoadPlan } from './plan.ts'
import type { Flight, Landing } from './single-flight.ts'

type WaitLimits = Pick<LoadPlan, 'softTimeoutMs' | 'hardTimeoutMs' | 'signal'>

/**
 * `overran`: the soft timeout came first; the load goes on behind.
 * @throws TimeoutError at the hard timeout, the signal's reason when it fires, the loader's error when it fails.
 */
export function waitFor(
  core: CacheCore,
  flight: Flight<unknown>,
  limits: WaitLimits,
): Promise<Landing<unknown> | 'overran'> {
  const { softTimeoutMs, hardTimeoutMs, signal } = limits
  flight.waiterCount++
  if (softTimeoutMs === undefined && hardTimeoutMs === undefined && signal === undefined) return flight.landing
  return new Promise((resolve, reject) => {
    const cancels: CancelTimer[] = []
    const leave = () => {
      for (const cancel of cancels) cancel()
      flight.waiterCount--
    }
    const { clock } = core.plan
    if (softTimeoutMs !== undefined) {
      const overrun = () => {
        flight.keepsOn = true
        leave()
        resolve('overran')
      }
      cancels.push(clock.schedule(softTimeoutMs, overrun))
    }
    if (hardTimeoutMs !== undefined) {
      const giveUp = () => {
        leave()
        const error = new TimeoutError('load', hardTimeoutMs)
        abandon(core, flight, error)
        reject(error)
      }
      cancels.push(clock.schedule(hardTimeoutMs, giveUp))
    }
    if (signal !== undefined) {
      const end = () => {
        leave()
        const reason: unknown = signal.reason
        if (flight.waiterCount === 0 && !flight.keepsOn) flight.abort.abort(reason)
        reject(reason)
      }
      signal.addEventListener('abort', end, { once: true })
      cancels.push(() => signal.removeEventListener('abort', end))
    }
    flight.landing.then(resolve, reject).finally(leave)
  })
}

/**
 * The loader is told to stop. If it does not, its slot stays taken, so that loads never pile up on a key, until its lease,
 * no longer renewed, has ended: from then on it could not be stored anyway.
 */
function abandon(core: CacheCore, flight: Flight<unknown>, reason: TimeoutError): void {
  if (flight.abort.signal.aborted) return
  flight.abort.abort(reason)
  const cancel = core.plan.clock.schedule(LEASE_MS, () => core.flights.forget(flight))
  flight.landing.then(cancel, cancel)
}
