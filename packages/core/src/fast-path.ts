/**
 * Core's one fast path: a fresh value from this process's memory, without a promise, an entry object or a
 * classification but the backend's own. It says nothing where more than freshness decides.
 */
import type { CacheCore } from './core.ts'
import type { LoadOptions } from './options.ts'
import type { LoadPlan } from './plan.ts'
import type { Ttl } from './ttl.ts'

/** The fresh value at hand, or undefined. A cache with a data version must compare it, so nothing is at hand there. */
export function heldFresh(core: CacheCore, key: string, recency: 'use' | 'ignore'): unknown {
  const { backend, recentMs, enabled, version } = core.plan
  // What holds bytes has no value at hand.
  if (!enabled || backend.capabilities.holds === 'bytes' || version !== undefined || core.pending.count > 0)
    return undefined
  try {
    return backend.getSync(key, recentMs(), recency)
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
  core.stats.heldHits++
  if (core.events.has('lookup')) core.events.emit('lookup', { key, outcome: 'hit', tier: core.plan.backend.syncTier })
  return held
}

/**
 * Whether any fresh value answers a load with these options: not where it must load, compare or look at the age. Asked
 * before they are checked, since checking costs more than the hit: options of a call that memory answers are not looked at.
 */
export function anyFreshWillDo(options: Ttl | LoadOptions | undefined, defaults: LoadPlan): boolean {
  if (defaults.refreshAhead !== undefined) return false
  if (typeof options !== 'object' || options === null) return true
  const { fingerprint, fresh, refreshAhead, schema, signal } = options
  return (
    fingerprint === undefined &&
    fresh !== true &&
    refreshAhead === undefined &&
    schema === undefined &&
    signal === undefined
  )
}
