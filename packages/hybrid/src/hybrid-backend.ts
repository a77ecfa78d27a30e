/**
 * Several backends as one. Reads go near to far and leave copies on the way back; writes, deletions and invalidations go
 * far first, then near. The far tier is the truth: leases, usage and evictions are its own, and near tiers hold copies of what it
 * holds, besides what is meant for them alone.
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
  InvalidationTarget,
  Lease,
  LeaseMode,
  MissRatioPoint,
  NewEntry,
  RemovalListener,
  ScannedEntry,
  ScanQuery,
  Spaces,
  StoredEntry,
  SweepReport,
  Usage,
  WriteOutcome,
} from '@stowage/core'
import { Coherence } from './coherence.ts'
import { leaveUncopied, unless } from './near-copy.ts'
import { type HybridOptions, type HybridPlan, planHybrid } from './options.ts'
import { TierMark } from './promote.ts'
import { readTiers } from './read.ts'
import { scanTiers } from './scan-tiers.ts'
import { TierLeases } from './tier-leases.ts'
import { TierWrites } from './tier-writes.ts'
import type { Trust } from './trust.ts'
import { WriteBehind } from './write-behind.ts'
import { WriteTurns } from './write-turns.ts'

/** @throws ConfigError when fewer than two tiers are given or an option is out of range. */
export function hybridBackend(options: HybridOptions): Backend {
  return new HybridBackend(planHybrid(options))
}

class HybridBackend implements Backend {
  readonly name: string
  readonly syncTier: string
  readonly capabilities: BackendCapabilities
  readonly #plan: HybridPlan
  readonly #leases: TierLeases
  readonly #writes: TierWrites
  readonly #turns = new WriteTurns()
  readonly #coherence: Coherence
  readonly #trust: Trust | undefined
  readonly #nearest: Backend | undefined
  readonly #stopFollowing: () => void

  constructor(plan: HybridPlan) {
    const { nearTiers, far } = plan
    this.#plan = plan
    this.#leases = new TierLeases(far)
    this.#coherence = new Coherence(plan, this.#leases)
    this.#trust = this.#coherence.trust
    this.#writes = new TierWrites(plan, this.#leases, this.#coherence)
    this.#nearest = nearTiers[0]?.backend
    this.name = [...nearTiers.map(({ backend }) => backend.name), far.name].join('+')
    this.syncTier = nearTiers[0]?.backend.syncTier ?? far.syncTier
    // Not shared, though the far tier may be: without a bus other processes' changes show only after the near cap.
    this.capabilities = { holds: 'mixed', persistent: far.capabilities.persistent, shared: false }
    if (far instanceof WriteBehind) {
      far.onQueued = (key) => this.#leases.voidKey(key)
      far.onWritten = (key, fate) => {
        if (fate === 'dropped') this.#coherence.dropCopies(key, plan.clock.nowMs()).catch(leaveUncopied)
        // Again: who was told when it was queued may have copied the older value since.
        this.#coherence.tell({ keys: [key] })
      }
    }
    // Again: who was told when it failed may have copied since what was still there.
    far.intents.onCarriedOut = (intent) =>
      this.#coherence.tell('key' in intent ? { keys: [intent.key] } : intent.target)
    // What the far tier drops for room or age is dropped near as well: near tiers hold copies, never the last piece.
    this.#stopFollowing = far.onRemoval((key) => {
      this.#coherence.dropCopies(key, 0).catch(leaveUncopied)
    })
  }

  get truth(): Backend {
    return this.#plan.far.truth
  }

  /** The far tier's: they are in one place, and never copied. */
  get spaces(): Spaces | undefined {
    return this.#plan.far.spaces
  }

  getSync(key: string, nowMs: number, recency: 'use' | 'ignore'): unknown {
    if (this.#trust !== undefined && !this.#trust.trusts(key, nowMs)) return undefined
    return this.#nearest?.getSync(key, nowMs, recency)
  }

  missRatioCurve(): readonly MissRatioPoint[] | undefined {
    return this.#plan.nearTiers[0]?.backend.missRatioCurve?.()
  }

  /** @throws BackendError when no tier answers */
  get(key: string, nowMs: number): Promise<StoredEntry | BackendMiss> {
    return readTiers(this.#plan, this.#coherence, key, nowMs)
  }

  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): Promise<WriteOutcome> {
    const { nearTiers, far } = this.#plan
    const written = entry.placement === 'near' ? nearTiers.map(({ backend }) => backend) : [far]
    if (written.some(({ capabilities }) => capabilities.holds !== 'values')) encodeNow(entry)
    const write = () => this.#writes.set(key, entry, nowMs, lease)
    return entry.placement === 'near' ? this.#turns.alone(key, write) : this.#turns.overlapping(key, write)
  }

  delete(key: string, nowMs: number, lease: Lease | undefined): Promise<boolean> {
    return this.#turns.overlapping(key, async () => {
      if (lease === undefined) return this.#writes.delete(key, nowMs)
      return lease.key === key && (await this.#writes.deleteUnder(lease, nowMs))
    })
  }

  touch(...touching: Parameters<Backend['touch']>): Promise<boolean> {
    return this.#turns.overlapping(touching[0], () => this.#touch(...touching))
  }

  async #touch(...[key, seen, times, nowMs, leases]: Parameters<Backend['touch']>): Promise<boolean> {
    const { far } = this.#plan
    try {
      // What a read through the tiers gave carries a mark; what was read from the truth does not.
      const own = seen.identity instanceof TierMark ? seen.identity.seen : seen
      const touched = await far.touch(key, own, times, nowMs, leases)
      if (touched && leases === 'void') this.#leases.voidKey(key)
      return touched
    } finally {
      await this.#coherence.dropCopies(key, nowMs)
      this.#coherence.tell({ keys: [key] })
    }
  }

  /** From the tier it was seen in; sound copies elsewhere stay. */
  async discard(key: string, { identity }: StoredEntry): Promise<void> {
    if (identity instanceof TierMark) await identity.tier.discard(key, identity.seen)
  }

  /** What it costs each tier, far to near. Where one fails, it is done there later, and nothing it covers is served from there. */
  async invalidate(target: InvalidationTarget, nowMs: number, onProgress?: () => void): Promise<void> {
    const { far } = this.#plan
    this.#leases.voidTarget(target)
    try {
      await unless(() => far.invalidate(target, nowMs, onProgress), undefined)
    } finally {
      this.#leases.voidTarget(target)
      await this.#coherence.invalidateNear(target, nowMs, onProgress)
      this.#coherence.tell(target)
    }
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Promise<Lease | undefined> {
    return this.#leases.take(key, mode, lengthMs, nowMs)
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): Promise<boolean> {
    return this.#leases.renew(lease, tags, lengthMs, nowMs)
  }

  release(lease: Lease): Promise<void> {
    return this.#leases.release(lease)
  }

  scan(query: ScanQuery, nowMs: number): AsyncIterable<ScannedEntry> {
    const mayServe = (key: string) => this.#trust === undefined || this.#trust.trusts(key, nowMs)
    return scanTiers(this.#plan, mayServe, query, nowMs)
  }

  async usage(nowMs: number): Promise<Usage> {
    return this.#plan.far.usage(nowMs)
  }

  async sweep(nowMs: number): Promise<SweepReport> {
    let allNearDone = true
    for (const { backend } of this.#plan.nearTiers) {
      const near = await unless(() => backend.sweep(nowMs), undefined)
      allNearDone &&= near?.done ?? true
    }
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
    const { nearTiers, far } = this.#plan
    const failures: unknown[] = []
    // What the far tier still does on closing is cleaned near and told to others.
    for (const part of [far, ...nearTiers.map(({ backend }) => backend), this.#coherence]) {
      try {
        await part.close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}

/** What the caller does to its value while the write waits, for others of the key or for the far tier, is no concern of what is kept as bytes. */
function encodeNow(entry: NewEntry): void {
  try {
    entry.encode(true)
  } catch {
    // Told by the tier that is to keep it.
  }
}
