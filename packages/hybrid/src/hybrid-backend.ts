/**
 * Several backends as one. Reads go near to far and leave copies on the way back; writes, deletions and invalidations go
 * far first, then near. The far tier is the truth: leases, listings, usage and evictions are its own, and near tiers
 * hold copies of what it holds.
 *
 * Far first, because of the order of harm: between the two steps a near tier may serve the old value, which is what the
 * call has not yet promised to end. The other order would let a read fetch the old value from afar and keep it near.
 * The fences of near-copy.ts close the same gap for reads on their way.
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
import { NEVER_MS } from '@stowage/core'
import {
  copyUnder,
  dropCopies,
  fence,
  fencesAtOnce,
  leaveUncopied,
  type NearFence,
  promoting,
  releaseAll,
  TierMark,
} from './near-copy.ts'
import { type HybridOptions, type HybridPlan, type NearTier, planHybrid } from './options.ts'

/** @throws ConfigError when fewer than two tiers are given or an option is out of range. */
export function hybridBackend(options: HybridOptions): Backend {
  return new HybridBackend(planHybrid(options))
}

class HybridBackend implements Backend {
  readonly name: string
  readonly syncTier: string
  readonly capabilities: BackendCapabilities
  readonly #plan: HybridPlan
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

  async get(key: string, nowMs: number): Promise<StoredEntry | BackendMiss> {
    const fences: NearFence[] = []
    let reason: BackendMiss = 'absent'
    try {
      for (const tier of this.#tiersToRead()) {
        const found = await tier.backend.get(key, nowMs)
        if (typeof found !== 'string') return promoting({ key, found, fences, nowMs, from: tier.backend })
        if (reason === 'absent') reason = found
        const taken = tier.backend === this.#plan.far ? undefined : await fence(tier, key, nowMs)
        if (taken !== undefined) fences.push(taken)
      }
    } catch (thrown) {
      await releaseAll(fences)
      throw thrown
    }
    await releaseAll(fences)
    return reason
  }

  async set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): Promise<WriteOutcome> {
    const { nearTiers, far } = this.#plan
    // At once, and the far write right behind: a write that is held up near must not reach the far tier late.
    const fences = fencesAtOnce(nearTiers, key, nowMs)
    let isCurrentNear = false
    try {
      const outcome = await far.set(key, entry, nowMs, lease)
      if (outcome === 'stored') isCurrentNear = fences !== undefined && (await copyUnder(fences, key, entry, nowMs))
      else await releaseAll(fences ?? [])
      if (outcome === 'elapsed') isCurrentNear = true
      return outcome
    } finally {
      // A copy that could not be put, or a write that failed or was refused: whatever is near is not the latest.
      if (!isCurrentNear) await dropCopies(nearTiers, key, nowMs)
    }
  }

  async delete(key: string, nowMs: number, lease: Lease | undefined): Promise<boolean> {
    const { nearTiers, far } = this.#plan
    let existedNear = false
    let existed = false
    try {
      existed = await far.delete(key, nowMs, lease)
    } finally {
      existedNear = await dropCopies(nearTiers, key, nowMs)
    }
    return existed || (lease === undefined && existedNear)
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

  /** What it costs each tier, far to near. */
  async invalidate(target: InvalidationTarget, nowMs: number): Promise<void> {
    const { nearTiers, far } = this.#plan
    try {
      await far.invalidate(target, nowMs)
    } finally {
      for (const { backend } of nearTiers.toReversed()) await backend.invalidate(target, nowMs)
    }
  }

  async lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Promise<Lease | undefined> {
    return this.#plan.far.lease(key, mode, lengthMs, nowMs)
  }

  async renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): Promise<boolean> {
    return this.#plan.far.renew(lease, tags, lengthMs, nowMs)
  }

  async release(lease: Lease): Promise<void> {
    await this.#plan.far.release(lease)
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

  #tiersToRead(): readonly NearTier[] {
    const { nearTiers, far } = this.#plan
    return [...nearTiers, { backend: far, maxTtlMs: NEVER_MS }]
  }

  #all(): readonly Backend[] {
    return [...this.#plan.nearTiers.map(({ backend }) => backend), this.#plan.far]
  }
}
