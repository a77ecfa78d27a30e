/**
 * A tier that is left alone while it fails and comes back by itself: any backend, asked in time (tier-calls.ts), and the intents that
 * failed on it. Whatever fails here is thrown to the hybrid, which goes on without the tier. What it holds is not given out where an
 * intent covers it, to nobody: this is also what the hybrid calls the truth when it wraps the far tier.
 *
 * Intents are carried out as "delete if not newer", under a fence: a value that somebody wrote after the intent stays. Newer is told by
 * the instants in the entries, so it is as good as the clocks of those who share the tier. The failed write's own value is not
 * written later: others may have invalidated it meanwhile, and only a fence of the far tier could tell.
 */
import {
  type Backend,
  type BackendCapabilities,
  BackendError,
  type BackendMiss,
  type CheckReport,
  type Clock,
  type EntryTimes,
  type InvalidationTarget,
  type Lease,
  type LeaseMode,
  type MaybePromise,
  type MissRatioPoint,
  type NewEntry,
  type RemovalListener,
  type ScannedEntry,
  type ScanQuery,
  type Spaces,
  type StoredEntry,
  type SweepReport,
  type Usage,
  type WriteOutcome,
} from '@stowage/core'
import type { FarTier } from './far-tier.ts'
import { LastIntents } from './last-intents.ts'
import { replay } from './replay.ts'
import { type TierCallRules, TierCalls } from './tier-calls.ts'
import { inTime } from './time-limit.ts'
import type { Sighted } from './trust.ts'

/** Longer than an operation: a store has to write down what is left. */
const CLOSE_LIMIT_MS = 10_000

export interface TierRules extends TierCallRules {
  /** Others write to it, too; else it holds copies. */
  readonly isFar: boolean
}

export class HealingTier implements FarTier {
  readonly name: string
  readonly syncTier: string
  readonly capabilities: BackendCapabilities
  readonly intents: LastIntents
  readonly #inner: Backend
  readonly #calls: TierCalls
  readonly #truth: Backend
  readonly #clock: Clock
  #closing: Promise<void> | undefined

  /** @param intents those of the tier that this one is the truth of. */
  constructor(inner: Backend, rules: TierRules, intents?: LastIntents) {
    this.name = inner.name
    this.syncTier = inner.syncTier
    this.capabilities = inner.capabilities
    this.#inner = inner
    this.#clock = rules.clock
    this.#calls = new TierCalls(inner.name, rules, {
      isOwed: () => this.intents.count > 0,
      onAnswering: () => this.intents.recoverSoon(),
    })
    this.intents =
      intents ??
      new LastIntents({
        clock: rules.clock,
        carryOut: (intent, isLast) =>
          replay(
            inner,
            (operation, run) =>
              isLast ? this.#calls.insistOnWalk(operation, run) : this.#calls.askToWalk(operation, run),
            { intent, nowMs: rules.clock.nowMs(), isFar: rules.isFar },
          ),
        onChange: () => this.#calls.tellState(),
      })
    this.#truth = inner.truth === inner ? this : new HealingTier(inner.truth, rules, this.intents)
  }

  /** Apart from the cache: nothing of it heals or waits here. */
  get spaces(): Spaces | undefined {
    return this.#inner.spaces
  }

  get truth(): Backend {
    return this.#truth
  }

  /** Whether it is left alone now. */
  get isLeftAlone(): boolean {
    return this.#calls.isLeftAlone
  }

  getSync(key: string, nowMs: number, recency: 'use' | 'ignore'): unknown {
    // Its tags are not known here; the slow path knows them.
    return this.intents.isEmpty ? this.#inner.getSync(key, nowMs, recency) : undefined
  }

  missRatioCurve(): readonly MissRatioPoint[] | undefined {
    return this.#inner.missRatioCurve?.()
  }

  get(key: string, nowMs: number): MaybePromise<StoredEntry | BackendMiss> {
    if (this.intents.count > 0) return this.#getUncovered(key, nowMs)
    return this.#calls.ask('get', () => this.#inner.get(key, nowMs))
  }

  async #getUncovered(key: string, nowMs: number): Promise<StoredEntry | BackendMiss> {
    const { intents } = this
    const wasCovered = intents.asOfNow(key)
    if (wasCovered([])) return 'invalidated'
    const found = await this.#calls.ask('get', () => this.#inner.get(key, nowMs))
    if (typeof found === 'string') return found
    const { tags } = found.facts
    if (!wasCovered(tags) && !intents.covers(key, tags)) return found
    found.settle({ usable: false })
    return 'invalidated'
  }

  async set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): Promise<WriteOutcome> {
    try {
      if (!this.intents.isIdle && !(await this.intents.isClearOf(key, entry.facts.tags))) throw this.refusal('set')
      return await this.#calls.ask('set', () => this.#inner.set(key, entry, nowMs, lease))
    } catch (error) {
      // Of a step that is thrown, what was there before is as good as what it would have left.
      if (entry.needsTruth !== true && error instanceof BackendError) this.intents.addKey(key, nowMs)
      throw error
    }
  }

  setAtOnce(key: string, entry: NewEntry, nowMs: number, lease: Lease): Promise<WriteOutcome> {
    return this.set(key, entry, nowMs, lease)
  }

  async delete(key: string, nowMs: number, lease: Lease | undefined): Promise<boolean> {
    try {
      return await this.#calls.ask('delete', () => this.#inner.delete(key, nowMs, lease))
    } catch (error) {
      // Under a lease it was for what was seen, and may be for nothing by now.
      if (lease === undefined && error instanceof BackendError) this.intents.addKey(key, nowMs)
      throw error
    }
  }

  async invalidate(target: InvalidationTarget, nowMs: number, onProgress?: () => void): Promise<void> {
    try {
      await this.#calls.askToWalk('invalidate', (onOwnProgress) =>
        this.#inner.invalidate(target, nowMs, () => {
          onOwnProgress()
          onProgress?.()
        }),
      )
    } catch (error) {
      if (error instanceof BackendError) this.intents.addTarget(target)
      throw error
    }
  }

  touch(
    key: string,
    seen: StoredEntry,
    times: EntryTimes,
    nowMs: number,
    leases: 'keep' | 'void',
  ): MaybePromise<boolean> {
    return this.#calls.ask('touch', () => this.#inner.touch(key, seen, times, nowMs, leases))
  }

  /** Nothing waits before it. */
  doubt(): void {}

  /** False where the backend cannot tell. */
  async isStill(key: string, seen: Sighted, nowMs: number): Promise<boolean> {
    if (this.intents.covers(key, seen.facts.tags)) return false
    return this.#calls.ask('isStill', () => this.#inner.isStill?.(key, seen, nowMs) ?? false)
  }

  discard(key: string, seen: StoredEntry): MaybePromise<void> {
    return this.#calls.ask('discard', () => this.#inner.discard(key, seen))
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): MaybePromise<Lease | undefined> {
    const take = () => this.#calls.ask('lease', () => this.#inner.lease(key, mode, lengthMs, nowMs))
    // Done later, what should be gone from there would take the lease along.
    return this.intents.isIdle ? take() : this.intents.isClearOf(key, []).then(take)
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): MaybePromise<boolean> {
    return this.#calls.ask('renew', () => this.#inner.renew(lease, tags, lengthMs, nowMs))
  }

  release(lease: Lease): MaybePromise<void> {
    return this.#calls.ask('release', () => this.#inner.release(lease))
  }

  async *scan(query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
    for await (const entry of this.#inner.scan(query, nowMs)) {
      if (!this.intents.covers(entry.key, entry.facts.tags)) yield entry
    }
  }

  usage(nowMs: number): MaybePromise<Usage> {
    return this.#calls.ask('usage', () => this.#inner.usage(nowMs))
  }

  sweep(nowMs: number): MaybePromise<SweepReport> {
    return this.#calls.ask('sweep', () => this.#inner.sweep(nowMs))
  }

  check(repair: boolean, nowMs: number): AsyncIterable<CheckReport> {
    return this.#inner.check(repair, nowMs)
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.#inner.onRemoval(listener)
  }

  /** @throws BackendError when something is left that should be gone, or letting go fails or overruns */
  close(): Promise<void> {
    this.#closing ??= this.intents.close(CLOSE_LIMIT_MS).then((leftCount) => this.#end(leftCount))
    return this.#closing
  }

  async #end(leftCount: number): Promise<void> {
    this.#calls.end()
    // Of a tier that is left alone as well: what it keeps the process alive by is let go of.
    await inTime(this.#clock, CLOSE_LIMIT_MS, () => this.#inner.close(), true)
    if (leftCount === 0) return
    const cause = new Error(`${leftCount} deletions, invalidations or writes were not carried out`)
    throw new BackendError({ backend: this.name, operation: 'close', cause })
  }

  requireOpen(): void {
    this.#calls.requireOpen()
  }

  async isRidOf(key: string, atMs: number): Promise<boolean> {
    this.intents.addKey(key, atMs)
    return this.intents.isClearOf(key, [])
  }

  refusal(operation: string): BackendError {
    return this.#calls.refusal(operation)
  }
}
