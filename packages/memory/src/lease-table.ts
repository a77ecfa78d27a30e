/** Leases in memory: by key, since every write asks for the key's; voided by forgetting them. */
import { randomUUID } from 'node:crypto'
import type { Lease, LeaseMode } from '@stowage/core'

export interface HeldLease {
  readonly token: string
  readonly mode: LeaseMode
  /** The tag table's epoch when it was taken. */
  readonly epoch: number
  untilMs: number
}

export class LeaseTable {
  readonly #byKey = new Map<string, HeldLease[]>()

  /** True when no lease is kept, live or ended. */
  get isEmpty(): boolean {
    return this.#byKey.size === 0
  }

  /** Undefined when the key is held exclusively by another. */
  take(key: string, mode: LeaseMode, untilMs: number, nowMs: number, epoch: number): Lease | undefined {
    const live = (this.#byKey.get(key) ?? []).filter((held) => nowMs < held.untilMs)
    if (mode === 'exclusive' && live.some((held) => held.mode === 'exclusive')) return undefined
    const token = randomUUID()
    live.push({ token, mode, epoch, untilMs })
    this.#byKey.set(key, live)
    return { key, token }
  }

  /** The lease as held, if it has neither ended nor been voided. */
  find(lease: Lease, nowMs: number): HeldLease | undefined {
    const held = this.#byKey.get(lease.key)?.find(({ token }) => token === lease.token)
    return held !== undefined && nowMs < held.untilMs ? held : undefined
  }

  release(lease: Lease): void {
    const left = this.#byKey.get(lease.key)?.filter(({ token }) => token !== lease.token)
    if (left === undefined || left.length === 0) this.#byKey.delete(lease.key)
    else this.#byKey.set(lease.key, left)
  }

  voidKey(key: string): void {
    if (this.#byKey.size > 0) this.#byKey.delete(key)
  }

  voidCovered(covers: (key: string) => boolean): void {
    for (const key of this.#byKey.keys()) if (covers(key)) this.#byKey.delete(key)
  }

  /** Forgets leases that have ended: their holders died or gave up without releasing. */
  sweep(nowMs: number): void {
    for (const [key, held] of this.#byKey) {
      const live = held.filter(({ untilMs }) => nowMs < untilMs)
      if (live.length === 0) this.#byKey.delete(key)
      else if (live.length < held.length) this.#byKey.set(key, live)
    }
  }

  clear(): void {
    this.#byKey.clear()
  }
}
