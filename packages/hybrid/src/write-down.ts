/** Writing the queue down: each write under its fence, one at a time per key. */
import { BackendError, type Lease, type MaybePromise } from '@stowage/core'
import type { HealingTier } from './healing-tier.ts'
import { FENCE_MS, type QueuedWrite } from './queued-write.ts'
import type { WriteQueue } from './write-queue.ts'

/** Told when a write is afar, or has been dropped: others were ahead, or it cannot be kept there. */
export type WrittenListener = (key: string, fate: 'stored' | 'dropped') => void

export class WriteDown {
  readonly #tier: HealingTier
  readonly #queue: WriteQueue
  /** The last step of each key that is on its way or waits for its turn. */
  readonly #underWay = new Map<string, Promise<unknown>>()
  /** Keys whose fence is on its way. */
  readonly #asking = new Set<string>()
  onWritten: WrittenListener = () => undefined
  #hasWarned = false

  constructor(tier: HealingTier, queue: WriteQueue) {
    this.#tier = tier
    this.#queue = queue
  }

  async all(): Promise<void> {
    await Promise.all(this.#queue.keys.map((key) => this.key(key)))
  }

  /**
   * Until what is queued now is afar, or what has replaced it. What is queued meanwhile is not waited for: of a key written faster than the
   * far tier answers there is always something.
   */
  async key(key: string): Promise<void> {
    // The step on its way may write an older one, or end a lease that is asked for before it is over.
    await this.#underWay.get(key)
    const queued = this.#queue.get(key)
    // Again, where the step that was on its way has left it alone.
    while (queued !== undefined && this.#queue.get(key) === queued) await this.step(key)
  }

  /** Waits for the step of the key that is on its way, or else writes down what is queued now. */
  async step(key: string): Promise<void> {
    await (this.#underWay.get(key) ?? this.apart(key, () => this.#write(key)))
  }

  /** Does a step on the key after those that are on its way, and before whatever is asked for from now on. */
  async apart<T>(key: string, step: () => MaybePromise<T>): Promise<T> {
    const before = this.#underWay.get(key)
    const turn = Promise.withResolvers<void>()
    this.#underWay.set(key, turn.promise)
    try {
      await before
      return await step()
    } finally {
      if (this.#underWay.get(key) === turn.promise) this.#underWay.delete(key)
      turn.resolve()
    }
  }

  /**
   * Asks for the fence of what has just been queued. However fast writes of a key follow each other, one request for it is on its way, besides
   * that of the write whose turn it is to be written down.
   */
  fenceLast(key: string, queued: QueuedWrite): void {
    queued.after = this.#underWay.get(key)
    if (this.#asking.has(key)) return
    this.#asking.add(key)
    void this.#askFor(key)
  }

  async #askFor(key: string): Promise<void> {
    for (let last = this.#queue.get(key); last?.wantsFence === true; last = this.#queue.get(key)) {
      const { nowMs, after } = last
      await after
      if (this.#queue.get(key) === last && last.wantsFence) await last.askFence(() => this.#fence(key, nowMs))
    }
    this.#asking.delete(key)
  }

  async #fence(key: string, nowMs: number): Promise<Lease | undefined> {
    try {
      return await this.#tier.lease(key, 'fence', FENCE_MS, nowMs)
    } catch {
      return undefined // Reported by the tier; without a fence nothing is written.
    }
  }

  /** Of a write that another has replaced; under one that is on its way it is spent. */
  giveBack(key: string, { fence }: QueuedWrite): void {
    if (this.#underWay.has(key)) return
    void this.#release(fence)
  }

  async #release(fence: QueuedWrite['fence']): Promise<void> {
    try {
      const lease = await fence
      if (lease !== undefined) await this.#tier.release(lease)
    } catch {
      return // Reported by the tier; a lease ends by itself.
    }
  }

  /** Also when it is replaced before its fence is there: else the key would not be afar before its writes cease. */
  async #write(key: string): Promise<void> {
    const queued = this.#queue.get(key)
    if (queued === undefined) return
    // As of when it was asked for: the entry's instants are of then, and it replaces what is older even if it has ended since.
    const { nowMs, line } = queued
    if (queued.wantsFence) await queued.askFence(() => this.#fence(key, nowMs))
    const fence = await queued.fence
    // Whoever took the key out of the queue has done what there was to do, perhaps before the fence was given.
    if (line.isOver) {
      if (fence !== undefined) await this.#release(fence)
      return
    }
    let fate: 'stored' | 'dropped' | undefined
    let isLatest = false
    try {
      if (fence === undefined) await this.#tier.isRidOf(key, nowMs)
      else fate = (await this.#tier.set(key, queued.entry, nowMs, fence)) === 'stored' ? 'stored' : 'dropped'
    } catch (error) {
      // What the tier could not take it has noted: nothing older is served from there.
      if (!(error instanceof BackendError)) fate = await this.#refused(key, nowMs, fence, error)
    } finally {
      isLatest = this.#queue.get(key) === queued
      if (isLatest) this.#queue.drop(key)
    }
    // Whoever took it out of the queue meanwhile has put or taken out what is near.
    if (fate === 'stored' || (fate === 'dropped' && isLatest)) this.onWritten(key, fate)
  }

  /** A value that cannot be kept there, as told by its codec or a copy of it: whoever wrote it has been answered long ago. */
  async #refused(key: string, nowMs: number, fence: Lease | undefined, error: unknown): Promise<'dropped'> {
    try {
      await this.#tier.delete(key, nowMs, fence)
    } catch {
      await this.#tier.isRidOf(key, nowMs) // The tier has reported it, and serves nothing older until it is done.
    }
    if (!this.#hasWarned) {
      this.#hasWarned = true
      const said = error instanceof Error ? error.message : String(error)
      process.emitWarning(`hybrid: tier '${this.#tier.name}' cannot keep what was written behind: ${said}`, {
        code: 'STOWAGE_WRITE_BEHIND',
      })
    }
    return 'dropped'
  }
}
