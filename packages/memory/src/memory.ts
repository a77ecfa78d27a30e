/** The factory, and the variant of the backend for those who ask for more than the fastest hit. */
import type {
  Backend,
  BackendMiss,
  InvalidationTarget,
  Lease,
  MissRatioPoint,
  NewEntry,
  Spaces,
  StoredEntry,
  WriteOutcome,
} from '@stowage/core'
import { type Isolator, isolatorOf } from './isolation.ts'
import { StoreBackend } from './memory-backend.ts'
import { MissRatioCurve } from './miss-ratio-curve.ts'
import { type MemoryOptions, type MemoryPlan, planMemory } from './options.ts'
import type { RestoreReport, SnapshotOptions, SnapshotReport } from './snapshot/snapshot.ts'

/** The in-process backend, and what only it can do. */
export interface MemoryBackend extends Backend {
  /** As long as the backend is open. */
  readonly spaces: Spaces
  /**
   * Writes all live entries to a file, for a warm start: whole or not at all, readable by nobody else. Take it when the
   * process stops: whatever contradicts it afterwards (an entry replaced, deleted, invalidated) deletes the file. Not for a
   * tier of a hybrid, whose farther tiers keep changing meanwhile: that one is warmed by them.
   *
   * @throws what the file system says, or the signal's reason; nothing is left behind then
   */
  snapshot(path: string, options?: SnapshotOptions): Promise<SnapshotReport>
  /**
   * Takes up what a snapshot holds and takes its file away. Instants, tags and guards are as they were; what is here already
   * stays. A missing or damaged file is no error but a cold start: see `outcome`.
   */
  restore(path: string, options?: SnapshotOptions): Promise<RestoreReport>
  /**
   * What sizes of 0.25 to 8 times this one would bring, as measured since it began (miss-ratio-curve.ts). Undefined without
   * the option `missRatioCurve`; empty before the first lookup. Also in the cache's `stats()`.
   */
  missRatioCurve(): readonly MissRatioPoint[] | undefined
}

/** @throws ConfigError when no limit is given or an option is out of range. */
export function memoryBackend(options: MemoryOptions): MemoryBackend {
  const plan = planMemory(options)
  if (plan.isolation === 'reference' && !plan.missRatioCurve) return new StoreBackend(plan, undefined)
  return new ExactingBackend(plan, plan.isolation === 'reference' ? undefined : isolatorOf(plan.isolation))
}

/** Values of their own on each side, and a curve: a class of its own, so that a hit without them pays nothing. */
class ExactingBackend extends StoreBackend {
  private readonly curve: MissRatioCurve | undefined

  constructor(plan: MemoryPlan, isolator: Isolator | undefined) {
    const { sizeOf } = plan
    const sizeOfKept =
      sizeOf === undefined || isolator === undefined ? sizeOf : (kept: unknown) => sizeOf(isolator.valueIn(kept))
    super({ ...plan, sizeOf: sizeOfKept }, isolator)
    this.curve = plan.missRatioCurve ? new MissRatioCurve(plan, this.store) : undefined
  }

  override getSync(key: string, nowMs: number, recency: 'use' | 'ignore'): unknown {
    const slot = recency === 'use' ? this.store.order.use(key) : this.store.order.find(key)
    if (slot === undefined) return undefined
    const kept = this.valueAt(slot, nowMs, recency)
    // What is not answered here is asked for by `get`, and counted there.
    if (recency === 'use' && kept !== undefined) this.curve?.hit(slot, nowMs)
    return this.given(kept)
  }

  override get(key: string, nowMs: number): StoredEntry | BackendMiss {
    const found = super.get(key, nowMs)
    const isHeld = typeof found === 'object'
    const slot = isHeld ? this.store.order.find(key) : undefined
    if (slot === undefined) this.curve?.miss(key, nowMs)
    else this.curve?.hit(slot, nowMs)
    if (!isHeld || found.payload.holds === 'bytes') return found
    return { ...found, payload: { holds: 'value', value: this.given(found.payload.value) } }
  }

  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): WriteOutcome {
    const wasHeld = this.curve !== undefined && this.store.order.find(key) !== undefined
    const kept = this.isolator === undefined ? entry.value : this.isolator.kept(entry.value)
    const outcome = super.set(key, { ...entry, value: kept }, nowMs, lease)
    if (this.curve !== undefined) this.tellCurve(this.curve, key, wasHeld, outcome, nowMs)
    return outcome
  }

  override delete(key: string, nowMs: number, lease: Lease | undefined): boolean {
    const wasLive = super.delete(key, nowMs, lease)
    // Larger models may hold what has been evicted here; a delete whose lease did not hold has deleted nothing.
    if (wasLive || lease === undefined) this.curve?.delete(key)
    return wasLive
  }

  override invalidate(target: InvalidationTarget): void {
    super.invalidate(target)
    this.curve?.invalidate(target)
  }

  override missRatioCurve(): readonly MissRatioPoint[] | undefined {
    return this.curve?.points()
  }

  private tellCurve(curve: MissRatioCurve, key: string, wasHeld: boolean, outcome: WriteOutcome, nowMs: number): void {
    if (outcome === 'too-large') curve.delete(key)
    if (outcome !== 'stored') return
    const slot = this.store.order.find(key)
    // Who is told of a removal may have deleted this very key.
    if (slot !== undefined) curve.write(slot, wasHeld, nowMs)
  }

  private given(kept: unknown): unknown {
    return this.isolator === undefined ? kept : this.isolator.given(kept)
  }
}
