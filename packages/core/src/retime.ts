/**
 * Giving what is stored another life: touch prolongs it, expire makes it stale.
 *
 * Both look, and touch the very entry that was seen; where another call got ahead, they look again. What is expired is all that is
 * known until now, loads that began before included: they lose their leases, so that what they bring is not stored, as after an
 * invalidation. Here that is done key by key, where something is stored, and where the one key that was named holds nothing.
 */
import { contended, MAX_ATTEMPTS } from './atomic.ts'
import type { Backend, StoredEntry } from './backend.ts'
import { yieldToLoop } from './clock.ts'
import type { CacheCore } from './core.ts'
import { freshnessOf, isOrdered } from './freshness.ts'
import { LoadLease } from './load-lease.ts'
import type { PendingInvalidation } from './pending-invalidations.ts'
import { inspect, isCondemned, UNCONDITIONAL } from './read.ts'
import { type EntryTimes, prolonged } from './ttl.ts'

/** Gives the entry a new life of `freshMs` from now. @returns whether there was one */
export async function touch(core: CacheCore, key: string, freshMs: number): Promise<boolean> {
  const outcome = await retime(core, key, core.plan.backend.truth, {
    applies(entry, nowMs, pending) {
      const found = inspect(core, key, UNCONDITIONAL, entry, nowMs)
      return typeof found !== 'string' && found.outcome !== 'fallback' && !isCondemned(core, key, entry, pending)
    },
    times: (times, nowMs) => prolonged(times, freshMs, nowMs),
    leases: 'keep',
  })
  return outcome === 'done'
}

/** Steps between two turns of the event loop: a backend that answers at once would never let it turn. */
const STEPS_PER_TURN = 256

/** Makes the entries stale now, one step each. Stale windows, where they have any, count from now; of what is stale already, from when it became so. */
export async function expireEach(core: CacheCore, keys: Iterable<string>): Promise<void> {
  if (!core.plan.enabled) return
  let steps = 0
  for (const key of keys) {
    if (++steps % STEPS_PER_TURN === 0) await yieldToLoop()
    await expire(core, key)
  }
}

async function expire(core: CacheCore, key: string): Promise<void> {
  const { backend, recentMs } = core.plan
  const retiming: Retiming = {
    // Whatever its version: caches that have it serve it, as do those that know nothing of an invalidation that waits here. A
    // clock that went back must not keep it fresh until it has caught up; nor may what is not trusted meanwhile be passed over,
    // which would be fresh again once the clock is set right.
    applies: ({ facts }, nowMs) => isOrdered(facts) && freshnessOf(facts, Math.max(nowMs, facts.storedAtMs)) !== 'gone',
    times(times, nowMs) {
      // Hits may read an earlier moment, and must not find it fresh.
      const asOfMs = Math.min(nowMs, recentMs())
      if (times.staleAtMs <= asOfMs) return times
      return prolonged({ ...times, storedAtMs: Math.min(times.storedAtMs, asOfMs) }, 0, asOfMs)
    },
    leases: 'void',
  }
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
    if ((await retime(core, key, backend.truth, retiming)) !== 'absent') return
    // What only a nearer tier has goes there with a touch, which the truth knows nothing of.
    if (backend.truth !== backend) await retime(core, key, backend, retiming)
    if (await voidLoads(core, key)) return
  }
  throw contended(core, 'expire')
}

/** Where nothing is stored. @returns false when something is there by now */
async function voidLoads(core: CacheCore, key: string): Promise<boolean> {
  const { backend, clock } = core.plan
  const lease = await LoadLease.demand(core, 'expire', key)
  try {
    if (await isThere(core, key)) return false
    // Under the lease, for the sake of what is stored meanwhile: that makes this lease void, and all those before it. Then the
    // deletion does nothing, and what was stored may be of a load from before.
    await core.faults.demand('expire', () => backend.delete(key, clock.nowMs(), lease.lease))
    return !(await isThere(core, key))
  } finally {
    void core.tracked(lease.giveBack())
  }
}

async function isThere(core: CacheCore, key: string): Promise<boolean> {
  const { backend, clock } = core.plan
  const entry = await core.faults.demand('expire', () => backend.truth.get(key, clock.nowMs()))
  if (typeof entry === 'string') return false
  entry.settle({ usable: false })
  return true
}

interface Retiming {
  /**
   * Whether the entry is there for this step.
   * @param pending what had not come through yet when it was asked for
   */
  readonly applies: (seen: StoredEntry, nowMs: number, pending: readonly PendingInvalidation[]) => boolean
  readonly times: (old: EntryTimes, nowMs: number) => EntryTimes
  /** What becomes of the leases of the key. */
  readonly leases: 'keep' | 'void'
}

/** @returns `passed over`: there is something, and not for this step. */
async function retime(
  core: CacheCore,
  key: string,
  from: Backend,
  { applies, times, leases }: Retiming,
): Promise<'done' | 'absent' | 'passed over'> {
  const { backend, clock, enabled } = core.plan
  if (!enabled) return 'absent'
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
    const askedAtMs = clock.nowMs()
    const pending = core.pending.all
    const entry = await core.faults.demand('touch', () => from.get(key, askedAtMs))
    if (typeof entry === 'string') return 'absent'
    entry.settle({ usable: false })
    // Not when it was asked for: what has been expired since was fresh then.
    const nowMs = clock.nowMs()
    if (!applies(entry, nowMs, pending)) return 'passed over'
    if (await core.faults.demand('touch', () => backend.touch(key, entry, times(entry.facts, nowMs), nowMs, leases)))
      return 'done'
  }
  throw contended(core, 'touch')
}
