/**
 * Core's one fast path: a fresh value from this process's memory, without a promise, an entry object or a
 * classification but the backend's own. It says nothing where more than freshness decides.
 */
import type { CacheCore } from './core.ts'
import type { LoadPlan } from './plan.ts'

/** The fresh value at hand, or undefined. A cache with a data version must compare it, so nothing is at hand there. */
export function heldFresh(core: CacheCore, key: string, recency: 'use' | 'ignore'): unknown {
  const { backend, clock, enabled, version } = core.plan
  if (!enabled || version !== undefined || core.pending.count > 0) return undefined
  try {
    return backend.getSync(key, clock.nowMs(), recency)
  } catch (thrown) {
    // The slow path asks again, under the fault policy.
    core.faults.note('getSync', thrown)
    return undefined
  }
}

/** The same, counted and reported as the hit it is. */
export function hitFresh(core: CacheCore, key: string): unknown {
  const held = heldFresh(core, key, 'use')
  if (held === undefined) return undefined
  core.stats.hits++
  if (core.events.has('lookup')) core.events.emit('lookup', { key, outcome: 'hit', tier: core.plan.backend.syncTier })
  return held
}

/** Whether a fresh value is all that a load asks for: not where it must load, compare or look at the age. */
export function asksForFreshOnly({ fingerprint, fresh, refreshAhead, signal }: LoadPlan): boolean {
  return fingerprint === undefined && !fresh && refreshAhead === undefined && signal === undefined
}
