/** What the trips of one cache share: its plan, counters, listeners, fault policy and flights. Namespaces share it too. */
import type { InvalidationTarget, Usage } from './backend.ts'
import type { CachePlan } from './cache-plan.ts'
import { endOrLimit, inSlices, yieldToLoop } from './clock.ts'
import { BackendError, StowageError, UsageError } from './errors.ts'
import { EventHub } from './events.ts'
import { FaultPolicy } from './fault-policy.ts'
import { KeyTurns } from './key-turns.ts'
import { isThenable } from './maybe-promise.ts'
import { PendingInvalidations, type PendingTarget } from './pending-invalidations.ts'
import { ReadBatch } from './read-batch.ts'
import { release, retain } from './retention.ts'
import { RetryBackoff } from './retry-backoff.ts'
import { SameMoment } from './same-moment.ts'
import { SingleFlight } from './single-flight.ts'
import { StandingValues } from './standing-values.ts'
import { type CacheStats, StatsCounter } from './stats.ts'
import type { MaybePromise } from './vocabulary.ts'
import { ownWork } from './work-scope.ts'
import { WriteBatch } from './write-batch.ts'

/** How often what is expired or invalidated is reclaimed without being asked. */
const SWEEP_INTERVAL_MS = 60_000

/** How long close waits for loads going on, and then for what is tried a last time. */
const DRAIN_LIMIT_MS = 10_000

export class CacheCore {
  readonly plan: CachePlan
  stats: StatsCounter = new StatsCounter()
  /** Loader runs going on now. */
  loading = 0
  readonly events: EventHub
  readonly faults: FaultPolicy
  /** What should be gone and is not yet. */
  readonly pending: PendingInvalidations
  /** Where the backend takes many keys at once. */
  readonly reads: ReadBatch | undefined
  readonly writes: WriteBatch | undefined
  readonly flights: SingleFlight = new SingleFlight()
  readonly backoff: RetryBackoff = new RetryBackoff()
  /** What callers leave with when their loads fail. */
  readonly standing: StandingValues = new StandingValues()
  /** Loads that callers of the same moment share. */
  readonly moment: SameMoment = new SameMoment()
  /** Steps that read and write one key (atomic.ts). */
  readonly turns: KeyTurns = new KeyTurns()
  readonly #stopListening: () => void
  /** Calls on their way: closing waits for them. */
  #callCount = 0
  #onIdle: () => void = () => undefined
  #cancelSweep: () => void = () => undefined
  #closing: Promise<void> | undefined
  #isDraining = false
  #held: CacheStats['held']

  constructor(plan: CachePlan) {
    this.plan = plan
    this.events = new EventHub(plan.name, (thrown, name) => {
      this.stats.faults++
      // A fault listener that throws is counted, not told to itself again.
      if (name !== 'fault')
        this.events.emit('fault', { operation: 'listener', error: asFault(plan.name, 'listener', thrown) })
    })
    this.faults = new FaultPolicy({
      backendName: plan.backend.name,
      limitMs: plan.backendTimeoutMs,
      onFault: plan.onFault,
      clock: plan.clock,
      report: (operation, error) => {
        this.stats.faults++
        this.events.emit('fault', { operation, error })
      },
      onAsked: () => this.writes?.send(),
      onTimed: (lengthMs) => this.stats.backendTimes.record(lengthMs),
      onBreaker: (state) => {
        if (state === 'open') this.stats.breakerOpenings++
        this.events.emit('breaker', { state })
      },
    })
    this.pending = new PendingInvalidations(plan.clock, (target) => this.#carryOut(target), plan.backendTimeoutMs)
    const { backend, clock } = plan
    if (plan.enabled && backend.getMany !== undefined) {
      const getMany = backend.getMany.bind(backend)
      this.reads = new ReadBatch({ getMany, clock, faults: this.faults, pending: this.pending })
    }
    if (plan.enabled && backend.setMany !== undefined) {
      this.writes = new WriteBatch({ setMany: backend.setMany.bind(backend), clock, faults: this.faults })
    }
    retain(plan.backend, plan.version)
    this.#stopListening = plan.backend.onRemoval((key, cause) => {
      this.stats.removed[cause]++
      if (this.events.has('removal')) this.events.emit('removal', { key, cause })
    })
    if (plan.enabled) this.#scheduleSweep()
  }

  /** Counts a call until it has ended; one that has ended already, not at all. @returns the call itself */
  tracked<T>(call: Promise<T>): Promise<T>
  tracked<T>(call: MaybePromise<T>): MaybePromise<T>
  tracked<T>(call: MaybePromise<T>): MaybePromise<T> {
    if (!isThenable(call)) return call
    this.callBegan()
    call.then(this.callEnded, this.callEnded)
    return call
  }

  /** For who waits for the end of a call himself and says {@link callEnded}: {@link tracked} costs a promise. */
  callBegan(): void {
    this.#callCount++
  }

  readonly callEnded = (): void => {
    if (--this.#callCount === 0) this.#onIdle()
  }

  get isClosed(): boolean {
    return this.#closing !== undefined
  }

  /** Closed, and nothing that goes on is waited for any more. */
  get isLeft(): boolean {
    return this.isClosed && !this.#isDraining
  }

  /** @throws UsageError once the cache is closing. */
  requireOpen(): void {
    if (this.#closing === undefined) return
    // What close waits for may need the cache to come to its end.
    if (this.#isDraining && ownWork().length > 0) return
    throw new UsageError(`${this.plan.name}: used after close()`)
  }

  /** Removes one key. @throws BackendError as {@link invalidate} does */
  async delete(key: string): Promise<boolean> {
    const existed = (await this.#carryOutOrKeep({ key })) === true
    this.reportDelete(key, existed)
    return existed
  }

  reportDelete(key: string, existed: boolean): void {
    this.stats.deletes++
    this.#tellDelete(key, existed)
  }

  #tellDelete(key: string, existed: boolean): void {
    if (this.events.has('delete')) this.events.emit('delete', { key, existed })
  }

  #tellInvalidate(target: InvalidationTarget): void {
    if (this.events.has('invalidate')) this.events.emit('invalidate', { target })
  }

  /** Removes many keys. @returns how many live entries were there. @throws the first failure, when all have been tried */
  async deleteEach(keys: ReadonlySet<string>): Promise<number> {
    const outcomes = await inSlices(keys, (key) =>
      this.delete(key).then(
        (existed) => ({ existed, failed: false, error: undefined }),
        (error: unknown) => ({ existed: false, failed: true, error }),
      ),
    )
    const failure = outcomes.find(({ failed }) => failed)
    if (failure !== undefined) throw failure.error
    return outcomes.filter(({ existed }) => existed).length
  }

  /**
   * Hard invalidation. @throws BackendError when it could not be carried out: it is tried again until it is, and until
   * then nothing it covers is served by this cache
   */
  async invalidate(target: InvalidationTarget): Promise<void> {
    await this.#carryOutOrKeep(target)
    this.stats.invalidations++
    this.#tellInvalidate(target)
  }

  /** Also by a cache that is off: what it would serve when it is on again, others may serve now. */
  async #carryOutOrKeep(target: PendingTarget): Promise<unknown> {
    this.pending.asked(target)
    try {
      return await this.#carryOut(target)
    } catch (error) {
      this.pending.add(target)
      // Who has switched the cache off, since its backend is down, is not to hear of that with every change.
      if (!this.plan.enabled) return false
      // Whoever holds copies is to let go of them now, as this cache does, and not when it has come through.
      if ('key' in target) this.#tellDelete(target.key, false)
      else this.#tellInvalidate(target)
      throw error
    } finally {
      this.standing.strike(target)
    }
  }

  async #carryOut(target: PendingTarget): Promise<unknown> {
    const { backend, clock } = this.plan
    if ('key' in target) return this.faults.insist('delete', () => backend.delete(target.key, clock.nowMs(), undefined))
    return this.faults.insistOnWalk('invalidate', (onProgress) => backend.invalidate(target, clock.nowMs(), onProgress))
  }

  /** The counters, with what goes on now. */
  snapshot(): CacheStats {
    const queues = {
      calls: this.#callCount,
      loads: this.flights.size,
      steps: this.turns.size,
      invalidations: this.pending.count,
    }
    const { backend } = this.plan
    const missRatioCurve = backend.missRatioCurve?.()
    return this.stats.snapshot(backend.syncTier, { loading: this.loading, queues, held: this.#held, missRatioCurve })
  }

  /** What the backend holds; remembered for {@link snapshot}. */
  async usage(): Promise<Usage> {
    const { backend, clock } = this.plan
    const usage = await this.faults.demand('usage', () => backend.usage(clock.nowMs()))
    this.#held = { entries: usage.entryCount, bytes: usage.sizeBytes }
    return usage
  }

  /** Sweeps until nothing is left to reclaim, letting the loop turn between the backend's bounded slices. */
  async sweep(): Promise<{ readonly expired: number; readonly invalidated: number }> {
    const { backend, clock } = this.plan
    let expired = 0
    let invalidated = 0
    for (;;) {
      const report = await this.faults.demand('sweep', () => backend.sweep(clock.nowMs()))
      expired += report.expired
      invalidated += report.invalidated
      if (report.done || this.#closing !== undefined) return { expired, invalidated }
      await yieldToLoop()
    }
  }

  /** Waits for the loads going on, then lets go of the backend; the last cache on it closes it. */
  close(): Promise<void> {
    this.#closing ??= this.#drain()
    return this.#closing
  }

  async #drain(): Promise<void> {
    this.#cancelSweep()
    this.#isDraining = true
    await this.#drainFlights()
    this.#isDraining = false
    await this.pending.close(DRAIN_LIMIT_MS)
    this.#stopListening()
    try {
      if (release(this.plan.backend, this.plan.version))
        await this.faults.insist('close', () => this.plan.backend.close())
    } finally {
      this.faults.close()
    }
  }

  /** Until nothing is on its way: what ends may have begun something else, as a refresh behind a stale value. */
  async #settle(): Promise<void> {
    while (this.#callCount > 0 || this.flights.size > 0) {
      const idle = new Promise<void>((resolve) => {
        this.#onIdle = resolve
        if (this.#callCount === 0) resolve()
      })
      await Promise.all([idle, this.flights.drain()])
    }
  }

  /** A loader that never ends must not keep a process from ending: it is told to stop, then left behind. */
  async #drainFlights(): Promise<void> {
    await endOrLimit(this.plan.clock, DRAIN_LIMIT_MS, this.#settle())
    this.flights.abortAll(new UsageError(`${this.plan.name}: closed while loading`))
  }

  #scheduleSweep(): void {
    this.#cancelSweep = this.plan.clock.schedule(SWEEP_INTERVAL_MS, () => {
      // A failed sweep has been reported; the next one tries again.
      const settled = () => {
        if (this.#closing === undefined) this.#scheduleSweep()
      }
      this.tracked(this.sweep().then(() => this.usage())).then(settled, settled)
    })
  }
}

function asFault(backend: string, operation: string, thrown: unknown): StowageError {
  return thrown instanceof StowageError ? thrown : new BackendError({ backend, operation, cause: thrown })
}
