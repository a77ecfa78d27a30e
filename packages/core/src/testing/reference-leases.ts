/**
 * The leases of the reference backend, and the tag versions that void them. An epoch is the number of tag invalidations
 * so far: what was true as of an epoch is voided by each of its tags that was invalidated later.
 */
import type { Lease, LeaseMode } from '../backend.ts'
import { keepsOthersOut } from '../lease-life.ts'

interface HeldLease {
  readonly key: string
  readonly mode: LeaseMode
  readonly epoch: number
  untilMs: number
}

export class ReferenceLeases {
  readonly #leases = new Map<string, HeldLease>()
  readonly #tagEpochs = new Map<string, number>()
  #epoch = 0

  get epoch(): number {
    return this.#epoch
  }

  invalidateTags(tags: readonly string[]): void {
    this.#epoch++
    for (const tag of tags) this.#tagEpochs.set(tag, this.#epoch)
  }

  /** Whether one of the tags has been invalidated since `epoch`. */
  isOutdated(tags: readonly string[], epoch: number): boolean {
    return tags.some((tag) => (this.#tagEpochs.get(tag) ?? 0) > epoch)
  }

  take(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Lease | undefined {
    if (mode === 'exclusive') {
      const others = [...this.#leases].filter(([, held]) => held.mode === 'exclusive' && held.key === key)
      if (others.some(([, held]) => keepsOthersOut(held, nowMs))) return undefined
      for (const [other] of others) this.#leases.delete(other)
    }
    const token = crypto.randomUUID()
    this.#leases.set(token, { key, mode, epoch: this.#epoch, untilMs: nowMs + lengthMs })
    return { key, token }
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): boolean {
    const held = this.#leases.get(lease.token)
    if (held === undefined || this.epochOfHolding(lease, lease.key, tags, nowMs) === undefined) return false
    held.untilMs = nowMs + lengthMs
    return true
  }

  release(lease: Lease): void {
    this.#leases.delete(lease.token)
  }

  /** The epoch a lease captured, if it may still write `key` with `tags`. */
  epochOfHolding(lease: Lease, key: string, tags: readonly string[], nowMs: number): number | undefined {
    const held = this.#leases.get(lease.token)
    if (held === undefined || held.key !== key || nowMs >= held.untilMs) return undefined
    return this.isOutdated(tags, held.epoch) ? undefined : held.epoch
  }

  voidCovered(covers: (key: string) => boolean): void {
    for (const [token, held] of this.#leases) if (covers(held.key)) this.#leases.delete(token)
  }

  clear(): void {
    this.#leases.clear()
  }
}
