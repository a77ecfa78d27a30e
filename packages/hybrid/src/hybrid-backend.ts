/**
 * Several backends as one. Reads go near to far and leave copies on the way back; writes, deletions and invalidations go
 * far first, then near. The far tier is the truth: leases, listings, usage and evictions are its own, and near tiers
 * hold copies of what it holds.
 *
 * Far first, because of the order of harm: between the two steps a near tier may serve the old value, which is what the
 * call has not yet promised to end. The other order would let a read fetch the old value from afar and keep it near.
 * The fences of near-copy.ts close the same gap for reads on their way.
 *
 * A tier that fails is left out (healing-tier.ts). While that is the far one, near tiers and loaders serve: what is written goes
 * near only, under the fences of lease-book.ts, and what the far tier then has too much is kept from everybody until it is gone.
 */
import type {
  Backend,
  BackendCapabilities,
  BackendMiss,
  CheckReport,
  EntryTimes,
  InvalidationTarget,
  Lease,
  LeaseMode,
  MissRatioPoint,
  NewEntry,
  RemovalListener,
  ScannedEntry,
  ScanQuery,
  StoredEntry,
  SweepReport,
  Usage,
  WriteOutcome,
} from '@stowage/core'
import { LeaseBook } from './lease-book.ts'
import {
  copyUnder,
  dropCopies,
  fence,
  fencesAtOnce,
  leaveUncopied,
  type NearFence,
  releaseAll,
  unless,
} from './near-copy.ts'
import { type HybridOptions, type HybridPlan, type NearTier, planHybrid } from './options.ts'
import { promoting, TierMark } from './promote.ts'

/** @throws ConfigError when fewer than two tiers are given or an option is out of range. */
export function hybridBackend(options: HybridOptions): Backend {
  return new HybridBackend(planHybrid(options))
}

class HybridBackend implements Backend {
  readonly name: string
  readonly syncTier: string
  readonly capabilities: BackendCapabilities
  readonly #plan: HybridPlan
  readonly #leases = new LeaseBook()
  readonly #stopFollowing: () => void

  constructor(plan: HybridPlan) {
    const { nearTiers, far } = plan
    this.#plan = plan
    this.name = [...nearTiers.map(({ backend }) => backend.name), far.name].join('+')
    this.syncTier = nearTiers[0]?.backend.syncTier ?? far.syncTier
    // Not shared, though the far tier may be: without a bus other processes' changes show only after the near cap.
    this.capabilities = { holds: 'mixed', persistent: far.capabilities.persistent, shared: false }
    // What the far tier drops for room or age is dropped near as well: near tiers hold copies, never the last piece.
    this.#stopFollowing = far.onRemoval((key) => {
      dropCopies(nearTiers, key, 0).catch(leaveUncopied)
    })
  }

  get truth(): Backend {
    return this.#plan.far.truth
  }

  getSync(key: string, nowMs: number, recency: 'use' | 'ignore'): unknown {
    return this.#plan.nearTiers[0]?.backend.getSync(key, nowMs, recency)
  }

  missRatioCurve(): readonly MissRatioPoint[] | undefined {
    return this.#plan.nearTiers[0]?.backend.missRatioCurve?.()
  }

  /** @throws BackendError when no tier answers */
  async get(key: string, nowMs: number): Promise<StoredEntry | BackendMiss> {
    const { nearTiers, far } = this.#plan
    const fences: NearFence[] = []
    const misses: BackendMiss[] = []
    let failure: unknown
    try {
      for (const backend of [...nearTiers.map((tier) => tier.backend), far]) {
        const found = await unless(
          async () => backend.get(key, nowMs),
          undefined,
          (error) => {
            failure = error
          },
        )
        if (typeof found === 'object') return promoting({ key, found, fences, nowMs, from: backend })
        if (found !== undefined) misses.push(found)
        const near = nearTiers.find((tier) => tier.backend === backend)
        const taken = near === undefined || found === undefined ? undefined : await fence(near, key, nowMs)
        if (taken !== undefined) fences.push(taken)
      }
    } catch (thrown) {
      await releaseAll(fences)
      throw thrown
    }
    await releaseAll(fences)
    if (misses.length === 0) throw failure
    return misses.find((miss) => miss !== 'absent') ?? 'absent'
  }

  async set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): Promise<WriteOutcome> {
    const { nearTiers } = this.#plan
    // At once, and the far write right behind: a write that is held up near must not reach the far tier late.
    const fences = fencesAtOnce(nearTiers, key, nowMs)
    let current: readonly NearTier[] = []
    try {
      const outcome = await this.#setFar(key, entry, nowMs, lease)
      // What made the lease void here has been done near already.
      if (outcome === 'elapsed' || outcome === 'void') current = nearTiers
      if (outcome === 'stored' || outcome === 'only near') current = await copyUnder(fences, key, entry, nowMs)
      else await releaseAll(fences)
      if (outcome === 'void') return 'superseded'
      if (outcome !== 'elapsed' && outcome !== 'superseded') this.#leases.voidKey(key)
      if (outcome !== 'only near') return outcome
      if (current.length === 0) throw this.#plan.far.refusal('set')
      return 'stored'
    } finally {
      // A copy that could not be put, or a write that failed or was refused: whatever is near is not the latest.
      const others = nearTiers.filter((tier) => !current.includes(tier))
      if (others.length > 0) await dropCopies(others, key, nowMs)
    }
  }

  /** `only near`: the far tier has failed, and nothing known here speaks against the value. `void`: something here does. */
  async #setFar(
    key: string,
    entry: NewEntry,
    nowMs: number,
    lease: Lease | undefined,
  ): Promise<WriteOutcome | 'only near' | 'void'> {
    const { far } = this.#plan
    const { tags } = entry.facts
    if (lease === undefined) return unless(() => far.set(key, entry, nowMs, undefined), 'only near')
    const noted = this.#leases.held(lease, tags, nowMs)
    if (noted === undefined) return 'void'
    if (noted.far === undefined) {
      // The far tier cannot tell what others have invalidated since. Where it answers again, the load is one too early.
      if (await far.isRidOf(key, nowMs)) return 'void'
    } else {
      const outcome = await unless(() => far.set(key, entry, nowMs, noted.far), 'fault')
      if (outcome !== 'fault') {
        if (outcome !== 'elapsed') this.#leases.forget(lease)
        return outcome
      }
    }
    return this.#leases.held(lease, tags, nowMs) === undefined ? 'void' : 'only near'
  }

  /** Where the far tier fails it is done near, and afar as soon as that is possible; under a lease, not at all. */
  async delete(key: string, nowMs: number, lease: Lease | undefined): Promise<boolean> {
    const { nearTiers, far } = this.#plan
    let existedNear = false
    let existed = false
    try {
      if (lease === undefined) existed = await unless(() => far.delete(key, nowMs, undefined), false)
      else existed = await this.#deleteUnder(lease, nowMs)
    } finally {
      if (lease === undefined || existed) this.#leases.voidKey(key)
      existedNear = await dropCopies(nearTiers, key, nowMs)
    }
    return existed || (lease === undefined && existedNear)
  }

  async #deleteUnder(lease: Lease, nowMs: number): Promise<boolean> {
    const noted = this.#leases.held(lease, [], nowMs)
    return noted?.far !== undefined && this.#plan.far.delete(lease.key, nowMs, noted.far)
  }

  async touch(key: string, seen: StoredEntry, times: EntryTimes, nowMs: number): Promise<boolean> {
    const { nearTiers, far } = this.#plan
    try {
      // What a read through the tiers gave carries a mark; what was read from the truth does not.
      const own = seen.identity instanceof TierMark ? seen.identity.seen : seen
      return await far.touch(key, own, times, nowMs)
    } finally {
      await dropCopies(nearTiers, key, nowMs)
    }
  }

  /** From the tier it was seen in; sound copies elsewhere stay. */
  async discard(key: string, { identity }: StoredEntry): Promise<void> {
    if (identity instanceof TierMark) await identity.tier.discard(key, identity.seen)
  }

  /** What it costs each tier, far to near. Where one fails, it is done there later, and nothing it covers is served from there. */
  async invalidate(target: InvalidationTarget, nowMs: number): Promise<void> {
    const { nearTiers, far } = this.#plan
    try {
      await unless(() => far.invalidate(target, nowMs), undefined)
    } finally {
      this.#leases.voidTarget(target)
      for (const { backend } of nearTiers.toReversed()) {
        await unless(() => backend.invalidate(target, nowMs), undefined)
      }
    }
  }

  async lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Promise<Lease | undefined> {
    const { far } = this.#plan
    const lease = this.#leases.take(key, mode, nowMs + lengthMs)
    const given = await unless(async () => far.lease(key, mode, lengthMs, nowMs), 'fault' as const)
    // The far tier is down: in this process, at least, there is one holder.
    const isRefused =
      given === undefined || (given === 'fault' && mode === 'exclusive' && this.#leases.isTaken(lease, nowMs))
    if (isRefused) {
      this.#leases.forget(lease)
      return undefined
    }
    const noted = this.#leases.find(lease)
    if (given !== 'fault' && noted !== undefined) noted.far = given
    // Void before it was given.
    if (given !== 'fault' && noted === undefined) await unless(async () => far.release(given), undefined)
    return lease
  }

  async renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): Promise<boolean> {
    this.#plan.far.requireOpen()
    const noted = this.#leases.held(lease, tags, nowMs)
    if (noted === undefined) return false
    const { far } = noted
    const holds =
      far === undefined || (await unless(async () => this.#plan.far.renew(far, tags, lengthMs, nowMs), true))
    if (holds) noted.untilMs = nowMs + lengthMs
    return holds
  }

  async release(lease: Lease): Promise<void> {
    this.#plan.far.requireOpen()
    const far = this.#leases.find(lease)?.far
    this.#leases.forget(lease)
    if (far !== undefined) await unless(async () => this.#plan.far.release(far), undefined)
  }

  scan(query: ScanQuery, nowMs: number): AsyncIterable<ScannedEntry> {
    return this.#plan.far.scan(query, nowMs)
  }

  async usage(nowMs: number): Promise<Usage> {
    return this.#plan.far.usage(nowMs)
  }

  async sweep(nowMs: number): Promise<SweepReport> {
    let allNearDone = true
    for (const { backend } of this.#plan.nearTiers) allNearDone = (await backend.sweep(nowMs)).done && allNearDone
    const report = await this.#plan.far.sweep(nowMs)
    return { ...report, done: report.done && allNearDone }
  }

  /** Entries are the far tier's, faults those of all. */
  async *check(repair: boolean, nowMs: number): AsyncGenerator<CheckReport> {
    for (const { backend } of this.#plan.nearTiers) {
      for await (const step of backend.check(repair, nowMs)) yield { ...step, entries: 0, bytes: 0 }
    }
    yield* this.#plan.far.check(repair, nowMs)
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.#plan.far.onRemoval(listener)
  }

  async close(): Promise<void> {
    this.#stopFollowing()
    const outcomes = await Promise.allSettled(this.#all().map(async (backend) => backend.close()))
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  #all(): readonly Backend[] {
    return [...this.#plan.nearTiers.map(({ backend }) => backend), this.#plan.far]
  }
}
