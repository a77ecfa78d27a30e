/** Leases in memory: by key, since every write asks for the key's; voided by forgetting them. */
import { keepsOthersOut, type Lease, type LeaseMode } from '@stowage/core'

export interface HeldLease {
  readonly mode: LeaseMode
  /** The place in the tag table's order when it was taken. */
  readonly sequence: number
  untilMs: number
}

export class LeaseTable {
  private readonly byKey = new Map<string, Map<string, HeldLease>>()

  /** True when no lease is kept, live or ended. */
  get isEmpty(): boolean {
    return this.byKey.size === 0
  }

  /** Undefined when the key is held exclusively by another. */
  take(key: string, held: HeldLease, nowMs: number): Lease | undefined {
    const leases = this.byKey.get(key) ?? new Map<string, HeldLease>()
    if (held.mode === 'exclusive') {
      const others = [...leases].filter(([, { mode }]) => mode === 'exclusive')
      if (others.some(([, other]) => keepsOthersOut(other, nowMs))) return undefined
      for (const [token] of others) leases.delete(token)
    }
    const token = crypto.randomUUID()
    leases.set(token, held)
    this.byKey.set(key, leases)
    return { key, token }
  }

  /** The lease as held, if it has neither ended nor been voided. */
  find(lease: Lease, nowMs: number): HeldLease | undefined {
    const held = this.byKey.get(lease.key)?.get(lease.token)
    return held !== undefined && nowMs < held.untilMs ? held : undefined
  }

  release(lease: Lease): void {
    const leases = this.byKey.get(lease.key)
    if (leases?.delete(lease.token) === true && leases.size === 0) this.byKey.delete(lease.key)
  }

  voidKey(key: string): void {
    this.byKey.delete(key)
  }

  voidCovered(covers: (key: string) => boolean): void {
    for (const key of this.byKey.keys()) if (covers(key)) this.byKey.delete(key)
  }

  voidAll(): void {
    this.byKey.clear()
  }

  /** Forgets leases that have ended: their holders died or gave up without releasing. */
  sweep(nowMs: number): void {
    for (const [key, leases] of this.byKey) {
      for (const [token, { untilMs }] of leases) if (untilMs <= nowMs) leases.delete(token)
      if (leases.size === 0) this.byKey.delete(key)
    }
  }
}
