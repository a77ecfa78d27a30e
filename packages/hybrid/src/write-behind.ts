/**
 * Writes that are answered before they are afar: a bounded queue before the far tier, the last write per key, written down at an
 * interval, when it is full, before anything that must see it, and on close. What is queued is read from here, unless it is in doubt.
 *
 * A queued write must not come back over what others have invalidated by the time it is written. So its fence is asked of the
 * far tier as soon as it is queued (a load brings its own), and it is written under that; one that has been overtaken is
 * dropped here and near. What others do before the far tier has given it cannot be told from what they did before the write.
 */
import {
  type Backend,
  type BackendCapabilities,
  type BackendError,
  type BackendMiss,
  type BusChange,
  type CancelTimer,
  type CheckReport,
  type Clock,
  CodecError,
  coverOf,
  type EntryTimes,
  type InvalidationTarget,
  isSameLife,
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
import type { LastIntents } from './last-intents.ts'
import { QueuedWrite } from './queued-write.ts'
import type { Sighted } from './trust.ts'
import { WriteDown, type WrittenListener } from './write-down.ts'
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
  /** Told in the step that queues a write: no lease of the key that was taken before is good for anything after it. */
  onQueued: (key: string) => void = () => undefined
  readonly #queue = new WriteQueue()
  readonly #down: WriteDown
  /** The last write of each key that goes past the queue, until it is afar. */
  readonly #passing = new Map<string, NewEntry>()
  #cancelFlush: CancelTimer | undefined
  /** Nothing is queued any more: nobody would write it down. */
  #isClosing = false

  constructor(inner: HealingTier, rules: BehindRules) {
    this.name = inner.name
    this.syncTier = inner.syncTier
    this.capabilities = inner.capabilities
    this.intents = inner.intents
    this.#inner = inner
    this.#down = new WriteDown(inner, this.#queue)
    this.#rules = rules
  }

  /** Apart from the cache: nothing of it heals or waits here. */
  get spaces(): Spaces | undefined {
    return this.#inner.spaces
  }

  get truth(): Backend {
    return this
  }

  set onWritten(listener: WrittenListener) {
    this.#down.onWritten = listener
  }

  getSync(): undefined {
    return undefined
  }

  doubt(change: BusChange): void {
    this.#queue.doubt(change)
  }

  /** What is in doubt is written down first: by its fence the far tier tells which of the two was later. */
  async get(key: string, nowMs: number): Promise<StoredEntry | BackendMiss> {
    while (this.#queue.get(key)?.isInDoubt === true) await this.#down.step(key)
    return this.#queue.get(key)?.read(this, nowMs) ?? this.#inner.get(key, nowMs)
  }

  async isStill(key: string, seen: Sighted, nowMs: number): Promise<boolean> {
    const queued = this.#queue.get(key)
    if (queued === undefined) return this.#inner.isStill(key, seen, nowMs)
    // Of what is in doubt nobody can tell yet: the read that follows has it written down.
    return !queued.isInDoubt && queued === seen.identity && typeof queued.read(this, nowMs) === 'object'
  }

  async set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): Promise<WriteOutcome> {
    this.#inner.requireOpen()
    if (entry.facts.expireAtMs <= nowMs) return 'elapsed'
    const queued = new QueuedWrite(entry, this.capabilities.holds, nowMs, lease)
    // How large it is in the eyes of the far tier, only that can tell.
    if (this.#isClosing || !this.#queue.hasRoomFor(queued) || Number.isFinite(entry.maxBytes)) {
      return this.#setThrough(key, entry, nowMs, lease)
    }
    const older = this.#queue.get(key)
    this.#queue.put(key, queued)
    // Not the older one's fence: what others have done since that was taken was before this write.
    if (lease === undefined) this.#down.fenceLast(key, queued)
    this.onQueued(key)
    if (older !== undefined) this.#down.giveBack(key, older)
    this.#flushLater()
    return 'stored'
  }

  async setAtOnce(key: string, entry: NewEntry, nowMs: number, lease: Lease): Promise<WriteOutcome> {
    this.#inner.requireOpen()
    return entry.facts.expireAtMs <= nowMs ? 'elapsed' : this.#setThrough(key, entry, nowMs, lease)
  }

  async #setThrough(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): Promise<WriteOutcome> {
    const outcome = await this.#through(key, entry, () => this.#inner.set(key, entry, nowMs, lease))
    if (outcome === 'stored') this.#dropLoaded(key)
    return outcome
  }

  /**
   * What is queued is read until the newer value is afar: what is there meanwhile is older than both. It stays where that value
   * cannot be kept at all, which changes nothing.
   */
  async #through(key: string, entry: NewEntry, write: () => Promise<WriteOutcome>): Promise<WriteOutcome> {
    const older = this.#queue.get(key)
    this.#passing.set(key, entry)
    const written = this.#down.apart(key, async () => {
      let isChanged = true
      try {
        return await write()
      } catch (error) {
        isChanged = !(error instanceof CodecError)
        throw error
      } finally {
        if (isChanged && older !== undefined && this.#queue.get(key) === older) this.#queue.drop(key)
      }
    })
    try {
      return await written
    } finally {
      if (this.#passing.get(key) === entry) this.#passing.delete(key)
    }
  }

  async delete(key: string, nowMs: number, lease: Lease | undefined): Promise<boolean> {
    if (lease !== undefined) return this.#deleteUnder(lease, nowMs)
    const existed = typeof this.#queue.get(key)?.read(this, nowMs) === 'object'
    this.#queue.drop(key)
    const removing = () => this.#inner.delete(key, nowMs, undefined)
    try {
      // Ahead of a write that waits for its turn it would leave that there.
      return (await (this.#passing.has(key) ? this.#down.apart(key, removing) : removing())) || existed
    } finally {
      // What was queued meanwhile may be older than the deletion, and nobody has voided its lease here. But it is not to be dropped: the write that
      // it has replaced may be newer than the deletion, too, and on its way, and would be the last one afar.
      this.#queue.doubt({ keys: [key] })
    }
  }

  /** What is queued first: it is newer than the lease, and its fence would be void by this. */
  async #deleteUnder(lease: Lease, nowMs: number): Promise<boolean> {
    const { key } = lease
    await this.#down.key(key)
    const existed = await this.#down.apart(key, () => this.#deleteAfar(lease, nowMs))
    if (existed) this.#dropLoaded(key)
    return existed
  }

  async #deleteAfar(lease: Lease, nowMs: number): Promise<boolean> {
    // It has replaced what the lease was for, and its fence could be void by this.
    if (this.#queue.get(lease.key) !== undefined) return false
    return this.#inner.delete(lease.key, nowMs, lease)
  }

  /** What was queued under a lease meanwhile: that is void afar, and nobody has voided it here. */
  #dropLoaded(key: string): void {
    const queued = this.#queue.get(key)
    if (queued !== undefined && !(queued.fence instanceof Promise)) this.#queue.drop(key)
  }

  async invalidate(target: InvalidationTarget, nowMs: number, onProgress?: () => void): Promise<void> {
    const covers = coverOf(target)
    // Written first, so that the far tier tells of them as of all others.
    const passing = [...this.#passing].filter(([key, { facts }]) => covers(key, facts.tags))
    await Promise.all([
      ...passing.map(([key]) => this.#down.apart(key, () => undefined)),
      ...this.#queue.covered(covers).map((key) => this.#down.key(key)),
    ])
    try {
      await this.#inner.invalidate(target, nowMs, onProgress)
    } finally {
      this.#queue.doubt(target)
    }
  }

  async touch(
    key: string,
    seen: StoredEntry,
    times: EntryTimes,
    nowMs: number,
    leases: 'keep' | 'void',
  ): Promise<boolean> {
    await this.#down.key(key)
    const touched = await this.#down.apart(key, () => this.#touchAfar(key, seen, times, nowMs, leases))
    if (touched && leases === 'void') this.#dropLoaded(key)
    return touched
  }

  async #touchAfar(...[key, seen, times, nowMs, leases]: Parameters<Backend['touch']>): Promise<boolean> {
    // It has replaced what was seen, and its fence could be void by this.
    if (this.#queue.get(key) !== undefined) return false
    if (!(seen.identity instanceof QueuedWrite)) return this.#inner.touch(key, seen, times, nowMs, leases)
    const found = await this.#inner.get(key, nowMs)
    if (typeof found === 'string') return false
    found.settle({ usable: false })
    return isSameLife(found.facts, seen.facts) && this.#inner.touch(key, found, times, nowMs, leases)
  }

  async discard(key: string, seen: StoredEntry): Promise<void> {
    if (this.#queue.get(key) === seen.identity) this.#queue.drop(key)
    else await this.#inner.discard(key, seen)
  }

  /** The queued write first: it would void the lease. */
  async lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Promise<Lease | undefined> {
    await this.#down.key(key)
    return this.#inner.lease(key, mode, lengthMs, nowMs)
  }

  async renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): Promise<boolean> {
    return this.#inner.renew(lease, tags, lengthMs, nowMs)
  }

  async release(lease: Lease): Promise<void> {
    await this.#inner.release(lease)
  }

  async *scan(query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
    await this.#down.all()
    yield* this.#inner.scan(query, nowMs)
  }

  async usage(nowMs: number): Promise<Usage> {
    await this.#down.all()
    return this.#inner.usage(nowMs)
  }

  async sweep(nowMs: number): Promise<SweepReport> {
    await this.#down.all()
    return this.#inner.sweep(nowMs)
  }

  async *check(repair: boolean, nowMs: number): AsyncGenerator<CheckReport> {
    await this.#down.all()
    yield* this.#inner.check(repair, nowMs)
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.#inner.onRemoval(listener)
  }

  /** Writes everything down first. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#cancelFlush?.()
    await this.#down.all()
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

  #flushLater(): void {
    this.#cancelFlush ??= this.#rules.clock.schedule(this.#rules.intervalMs, () => {
      this.#cancelFlush = undefined
      void this.#down.all()
    })
  }
}
