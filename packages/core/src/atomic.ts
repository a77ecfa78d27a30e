/**
 * Reading and writing one key as one step: add, update, increment, take.
 *
 * Each takes a fence, looks, and writes or deletes under the fence. Whatever comes between voids the fence, and the step
 * begins again with what is there now; somebody has got ahead every time, so that it ends. Callers of one process queue
 * per key instead of fighting. Nothing here goes on without the backend: a guess would be a wrong answer.
 */
import type { EntryFacts } from './backend.ts'
import { endOrLimit } from './clock.ts'
import type { CacheCore } from './core.ts'
import { BackendError, describe, TimeoutError, UsageError } from './errors.ts'
import { LoadLease } from './load-lease.ts'
import { isThenable } from './maybe-promise.ts'
import type { EntryPlan } from './plan.ts'
import { type Found, inspect, isCondemned, UNCONDITIONAL } from './read.ts'
import type { Placement } from './vocabulary.ts'
import { type Work, waiting, workScope } from './work-scope.ts'
import { type EntryContent, factsOf, newEntry, reportWrite } from './write.ts'

/** Others getting ahead this often means something is wrong. */
export const MAX_ATTEMPTS = 1_000

/** What a step came to; undefined: something came between, begin again. */
type Attempt<T> = (current: Found | undefined, lease: LoadLease) => Promise<{ readonly result: T } | undefined>

/** Stores the value if nothing is there. @returns whether it did */
export async function add(core: CacheCore, key: string, value: unknown, plan: EntryPlan): Promise<boolean> {
  if (!core.plan.enabled) return true
  return inOneStep(core, 'add', key, async (current, lease) => {
    if (current !== undefined) return { result: false }
    const facts = factsOf(core, plan, core.plan.clock.nowMs())
    return (await put(core, 'add', key, { value, facts, placement: placementOf(plan) }, lease))
      ? { result: true }
      : undefined
  })
}

/** Replaces the value by what `change` makes of it. Without a plan an entry keeps its life and tags. */
export async function update(
  core: CacheCore,
  key: string,
  change: (old: unknown) => unknown,
  plan: EntryPlan,
  keepsLife: boolean,
): Promise<unknown> {
  if (!core.plan.enabled) return changed(core, change, undefined)
  return inOneStep(core, 'update', key, async (current, lease) => {
    const value = await changed(core, change, current?.value)
    if (value === undefined) throw new UsageError(`update: undefined cannot be stored (key ${describe(key)})`)
    const nowMs = core.plan.clock.nowMs()
    const facts = current !== undefined && keepsLife ? sameLife(current.entry.facts, nowMs) : factsOf(core, plan, nowMs)
    const content = { value, facts, placement: placementOf(plan) }
    return (await put(core, 'update', key, content, lease)) ? { result: value } : undefined
  })
}

/** What `change` makes of it. One that never ends would keep the key's later steps waiting for ever. @throws TimeoutError */
async function changed(core: CacheCore, change: (old: unknown) => unknown, old: unknown): Promise<unknown> {
  const { clock, defaults } = core.plan
  const { hardTimeoutMs } = defaults
  const made = change(old)
  if (hardTimeoutMs === undefined || !isThenable(made)) return made
  const making = Promise.resolve(made)
  if (await endOrLimit(clock, hardTimeoutMs, making, false)) return making
  throw new TimeoutError('change', hardTimeoutMs)
}

/** The life and tags of what is replaced, stored anew: by that instant others tell which of two values is newer. */
function sameLife(facts: EntryFacts, nowMs: number): EntryFacts {
  return { ...facts, storedAtMs: Math.min(Math.max(nowMs, facts.storedAtMs), facts.staleAtMs) }
}

/** Removes the key. @returns the value it had, to exactly one caller */
export async function take(core: CacheCore, key: string): Promise<unknown> {
  const { backend, clock, enabled } = core.plan
  if (!enabled) return undefined
  return inOneStep<unknown>(core, 'take', key, async (current, lease) => {
    if (current === undefined) return { result: undefined }
    const taken = await core.faults.demand('take', () => backend.delete(key, clock.nowMs(), lease.lease))
    if (taken) {
      lease.spend()
      core.standing.strike({ key })
      core.reportDelete(key, true)
    }
    return taken ? { result: current.value } : undefined
  })
}

async function inOneStep<T>(core: CacheCore, operation: string, key: string, attempt: Attempt<T>): Promise<T> {
  const before = core.turns.last(key)
  const step: Work = { key, waits: new Set(before === undefined ? [] : [{ goal: before }]), isOver: false }
  return waiting(operation, step, async () => {
    try {
      return await core.turns.run(step, () => workScope.run([step], () => attempts(core, operation, key, attempt)))
    } finally {
      step.isOver = true
    }
  })
}

async function attempts<T>(core: CacheCore, operation: string, key: string, attempt: Attempt<T>): Promise<T> {
  const { clock } = core.plan
  for (let count = 0; count < MAX_ATTEMPTS; count++) {
    const lease = await LoadLease.demand(core, operation, key)
    let outcome: { readonly result: T } | undefined
    try {
      const current = await truthOf(core, operation, key, clock.nowMs())
      outcome = await attempt(current, lease)
    } finally {
      void core.tracked(lease.giveBack())
    }
    if (outcome !== undefined) return outcome.result
  }
  throw contended(core, operation)
}

/** What is there to be changed, asked of the tier that holds everything. */
async function truthOf(core: CacheCore, operation: string, key: string, nowMs: number): Promise<Found | undefined> {
  const pending = core.pending.all
  const entry = await core.faults.demand(operation, () => core.plan.backend.truth.get(key, nowMs))
  if (typeof entry === 'string') return undefined
  const found = inspect(core, key, UNCONDITIONAL, entry, nowMs)
  // What is read to be replaced is not worth a nearer copy.
  entry.settle({ usable: false })
  if (typeof found === 'string' || found.outcome === 'fallback') return undefined
  return isCondemned(core, key, entry, pending) ? undefined : found
}

/** Who looks at the truth has to write there. */
function placementOf({ placement }: EntryPlan): Placement {
  return placement === 'near' ? 'all' : placement
}

/** Writes under the fence. @returns false when something came between @throws BackendError when there is no room for it */
async function put(
  core: CacheCore,
  operation: string,
  key: string,
  content: EntryContent,
  lease: LoadLease,
): Promise<boolean> {
  const { backend, clock } = core.plan
  if (!(await core.pending.isClearOf(key, content.facts.tags))) throw condemned(core, operation)
  // What another tier kept of it alone, another process would not see: it would do the same step again.
  const entry = { ...newEntry(key, content, core.plan), needsTruth: true }
  const outcome = await core.faults.demand(operation, () => backend.set(key, entry, clock.nowMs(), lease.lease))
  // Elapsed: what was read has expired meanwhile, and is not there any more.
  if (outcome === 'superseded' || outcome === 'elapsed') return false
  reportWrite(core, key, outcome)
  if (outcome === 'stored') {
    lease.spend()
    return true
  }
  throw new BackendError({ backend: backend.name, operation, cause: new Error(`the write was refused: ${outcome}`) })
}

export function contended(core: CacheCore, operation: string): BackendError {
  const cause = new Error(`others got ahead ${MAX_ATTEMPTS} times`)
  return new BackendError({ backend: core.plan.backend.name, operation, cause })
}

/** What is written under an invalidation that has not come through would be destroyed with what it covers. */
function condemned(core: CacheCore, operation: string): BackendError {
  const cause = new Error('an invalidation that covers the key has not come through yet')
  return new BackendError({ backend: core.plan.backend.name, operation, cause })
}
