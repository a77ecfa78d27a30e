/**
 * Writes that are answered before they are afar: a bounded queue before the far tier, the last write per key, written down at an
 * interval, when it is full, before anything that must see it, and on close. What is queued is read from here.
 *
 * A queued write must not come back over what others have invalidated by the time it is written. So its fence is taken from the
 * far tier as soon as it is queued (a load brings its own), and it is written under that; one that has been overtaken is
 * dropped here and near. A fence is not asked for while an older write of the key is on its way, which would void it.
 */
import {
  type Backend,
  type BackendCapabilities,
  BackendError,
  type BackendMiss,
  type CancelTimer,
  type CheckReport,
  type Clock,
  type EntryTimes,
  type InvalidationTarget,
  type Lease,
  type LeaseMode,
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
import type { HealingTier } from './healing-tier.ts'
import { coverOf, type LastIntents } from './last-intents.ts'
import { FENCE_MS, QueuedWrite } from './queued-write.ts'
import type { Sighted } from './trust.ts'
import { WriteQueue } from './write-queue.ts'

interface BehindRules {
  readonly clock: Clock
  readonly intervalMs: number
}

export class WriteBehind implements FarTier {
  readonly name: string
  readonly syncTier: string
  readonly capabilities: BackendCapabilities
  readonly intents: LastIntents
  readonly #inner: HealingTier
  readonly #rules: BehindRules
  readonly #queue = new WriteQueue()
  readonly #underWay = new Map<string, Promise<void>>()
  /** Rises with each invalidation: a fence that is older is none for a newer write, which may have other tags. */
  #era = 0
  #cancelFlush: CancelTimer | undefined
  /** Nothing is queued any more: nobody would write it down. */
  #isClosing = false
  /** Told when a write is afar, or has been dropped because others were ahead. */
  onWritten: (key: string, fate: 'stored' | 'overtaken') => void = () => undefined

  constructor(inner: HealingTier, rules: BehindRules) {
    this.name = inner.name
    this.syncTier = inner.syncTier
    this.capabilities = inner.capabilities
    this.intents = inner.intents
    this.#inner = inner
    this.#rules = rules
  }

  /** Apart from the cache: nothing of it heals or waits here. */
  get spaces(): Spaces | undefined {
    return this.#inner.spaces
  }

  get truth(): Backend {
    return this
  }

  getSync(): undefined {
    return undefined
  }

  async get(key: string, nowMs: number): Promise<StoredEntry | BackendMiss> {
    return this.#queue.get(key)?.read(this, nowMs) ?? this.#inner.get(key, nowMs)
  }

  async isStill(key: string, seen: Sighted, nowMs: number): Promise<boolean> {
    const queued = this.#queue.get(key)
    if (queued === undefined) return this.#inner.isStill(key, seen, nowMs)
    return queued === seen.identity && typeof queued.read(this, nowMs) === 'object'
  }

  async set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): Promise<WriteOutcome> {
    this.#inner.requireOpen()
    if (entry.facts.expireAtMs <= nowMs) return 'elapsed'
    const queued = new QueuedWrite(entry, this.capabilities.holds, nowMs)
    // How large it is in the eyes of the far tier, only that can tell.
    if (this.#isClosing || !this.#queue.hasRoomFor(queued) || Number.isFinite(entry.maxBytes)) {
      this.#queue.drop(key)
      await this.#underWay.get(key)
      return this.#inner.set(key, entry, nowMs, lease)
    }
    const older = this.#queue.get(key)
    const inherited = lease === undefined ? older?.fenceFor(nowMs, this.#era) : undefined
    queued.fence = lease ?? inherited ?? this.#fence(key, nowMs)
    queued.fencedAtMs = inherited === undefined ? nowMs : (older?.fencedAtMs ?? nowMs)
    queued.era = this.#era
    this.#queue.put(key, queued)
    this.#flushLater()
    return 'stored'
  }

  async delete(key: string, nowMs: number, lease: Lease | undefined): Promise<boolean> {
    if (lease !== undefined) return this.#inner.delete(key, nowMs, lease)
    const existed = typeof this.#queue.get(key)?.read(this, nowMs) === 'object'
    this.#queue.drop(key)
    try {
      return (await this.#inner.delete(key, nowMs, undefined)) || existed
    } finally {
      // What was queued meanwhile may be older than the deletion, and nobody has voided its lease here.
      this.#queue.drop(key)
    }
  }

  async invalidate(target: InvalidationTarget, nowMs: number): Promise<void> {
    this.#era++
    const covers = coverOf(target)
    // Written first, so that the far tier tells of them as of all others.
    await Promise.all(this.#queue.covered(covers).map((key) => this.#writeDown(key)))
    try {
      await this.#inner.invalidate(target, nowMs)
    } finally {
      for (const key of this.#queue.covered(covers)) this.#queue.drop(key)
    }
  }

  async touch(key: string, seen: StoredEntry, times: EntryTimes, nowMs: number): Promise<boolean> {
    await this.#writeDown(key)
    if (!(seen.identity instanceof QueuedWrite)) return this.#inner.touch(key, seen, times, nowMs)
    const found = await this.#inner.get(key, nowMs)
    if (typeof found === 'string') return false
    found.settle({ usable: false })
    const isSame = found.facts.storedAtMs === seen.facts.storedAtMs
    return isSame && this.#inner.touch(key, found, times, nowMs)
  }

  async discard(key: string, seen: StoredEntry): Promise<void> {
    if (this.#queue.get(key) === seen.identity) this.#queue.drop(key)
    else await this.#inner.discard(key, seen)
  }

  /** The queued write first: it would void the lease. */
  async lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Promise<Lease | undefined> {
    await this.#writeDown(key)
    return this.#inner.lease(key, mode, lengthMs, nowMs)
  }

  async renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): Promise<boolean> {
    return this.#inner.renew(lease, tags, lengthMs, nowMs)
  }

  async release(lease: Lease): Promise<void> {
    await this.#inner.release(lease)
  }

  async *scan(query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
    await this.flush()
    yield* this.#inner.scan(query, nowMs)
  }

  async usage(nowMs: number): Promise<Usage> {
    await this.flush()
    return this.#inner.usage(nowMs)
  }

  async sweep(nowMs: number): Promise<SweepReport> {
    await this.flush()
    return this.#inner.sweep(nowMs)
  }

  async *check(repair: boolean, nowMs: number): AsyncGenerator<CheckReport> {
    await this.flush()
    yield* this.#inner.check(repair, nowMs)
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.#inner.onRemoval(listener)
  }

  /** Writes everything down first. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#cancelFlush?.()
    await this.flush()
    await this.#inner.close()
  }

  requireOpen(): void {
    this.#inner.requireOpen()
  }

  isRidOf(key: string, atMs: number): Promise<boolean> {
    this.#queue.drop(key)
    return this.#inner.isRidOf(key, atMs)
  }

  refusal(operation: string): BackendError {
    return this.#inner.refusal(operation)
  }

  async flush(): Promise<void> {
    await Promise.all(this.#queue.keys.map((key) => this.#writeDown(key)))
  }

  /** One at a time per key; who asks meanwhile waits until nothing of the key is queued. */
  async #writeDown(key: string): Promise<void> {
    for (let queued = this.#queue.get(key); queued !== undefined; queued = this.#queue.get(key)) {
      const writing = this.#underWay.get(key) ?? this.#write(key, queued).finally(() => this.#underWay.delete(key))
      this.#underWay.set(key, writing)
      await writing
    }
  }

  async #write(key: string, queued: QueuedWrite): Promise<void> {
    // As of when it was asked for: the entry's instants are of then, and it replaces what is older even if it has ended since.
    const { nowMs } = queued
    const fence = await queued.fence
    let fate: 'stored' | 'overtaken' | undefined
    try {
      if (fence === undefined) await this.#inner.isRidOf(key, nowMs)
      else fate = (await this.#inner.set(key, queued.entry, nowMs, fence)) === 'stored' ? 'stored' : 'overtaken'
    } catch (error) {
      // What the tier could not take it has noted: nothing older is served from there.
      if (!(error instanceof BackendError)) throw error
    } finally {
      if (this.#queue.get(key) === queued) this.#queue.drop(key)
    }
    if (fate !== undefined) this.onWritten(key, fate)
  }

  async #fence(key: string, nowMs: number): Promise<Lease | undefined> {
    await this.#underWay.get(key)
    try {
      return await this.#inner.lease(key, 'fence', FENCE_MS, nowMs)
    } catch {
      return undefined // Reported by the tier; without a fence nothing is written.
    }
  }

  #flushLater(): void {
    this.#cancelFlush ??= this.#rules.clock.schedule(this.#rules.intervalMs, () => {
      this.#cancelFlush = undefined
      void this.flush()
    })
  }
}
