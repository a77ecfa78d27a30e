/** Writing the queue down: each write under its fence, one at a time per key. */
import { BackendError, type Lease } from '@stowage/core'
import type { HealingTier } from './healing-tier.ts'
import { FENCE_MS, type QueuedWrite } from './queued-write.ts'
import type { WriteQueue } from './write-queue.ts'

/** Told when a write is afar, or has been dropped because others were ahead. */
export type WrittenListener = (key: string, fate: 'stored' | 'overtaken') => void

export class WriteDown {
  readonly #tier: HealingTier
  readonly #queue: WriteQueue
  readonly #underWay = new Map<string, Promise<void>>()
  onWritten: WrittenListener = () => undefined

  constructor(tier: HealingTier, queue: WriteQueue) {
    this.#tier = tier
    this.#queue = queue
  }

  async all(): Promise<void> {
    await Promise.all(this.#queue.keys.map((key) => this.key(key)))
  }

  /** Who asks meanwhile waits until nothing of the key is queued. */
  async key(key: string): Promise<void> {
    for (let queued = this.#queue.get(key); queued !== undefined; queued = this.#queue.get(key)) {
      const writing = this.#underWay.get(key) ?? this.#write(key, queued).finally(() => this.#underWay.delete(key))
      this.#underWay.set(key, writing)
      await writing
    }
  }

  /** Waits for the write of the key that is on its way. */
  async settled(key: string): Promise<void> {
    await this.#underWay.get(key)
  }

  /** Not while an older write of the key is on its way, which would void it. */
  async fence(key: string, nowMs: number): Promise<Lease | undefined> {
    await this.settled(key)
    try {
      return await this.#tier.lease(key, 'fence', FENCE_MS, nowMs)
    } catch {
      return undefined // Reported by the tier; without a fence nothing is written.
    }
  }

  async #write(key: string, queued: QueuedWrite): Promise<void> {
    // As of when it was asked for: the entry's instants are of then, and it replaces what is older even if it has ended since.
    const { nowMs } = queued
    const fence = await queued.fence
    let fate: 'stored' | 'overtaken' | undefined
    try {
      if (fence === undefined) await this.#tier.isRidOf(key, nowMs)
      else fate = (await this.#tier.set(key, queued.entry, nowMs, fence)) === 'stored' ? 'stored' : 'overtaken'
    } catch (error) {
      // What the tier could not take it has noted: nothing older is served from there.
      if (!(error instanceof BackendError)) throw error
    } finally {
      if (this.#queue.get(key) === queued) this.#queue.drop(key)
    }
    if (fate !== undefined) this.onWritten(key, fate)
  }
}
