/** Leases in memory: by key, since every write asks for the key's; voided by forgetting them. */
import { keepsOthersOut, type Lease, type LeaseMode } from '@stowage/core'

export interface HeldLease {
  readonly mode: LeaseMode
  /** The place in the tag table's order when it was taken. */
  readonly sequence: number
  readonly token: string
  untilMs: number
}

export class LeaseTable {
  private readonly byKey = new Map<string, HeldLease[]>()
  private takenCount = 0

  /** True when no lease is kept, live or ended. */
  get isEmpty(): boolean {
    return this.byKey.size === 0
  }

  /** Undefined when the key is held exclusively by another. */
  take(key: string, { mode, sequence, untilMs }: Omit<HeldLease, 'token'>, nowMs: number): Lease | undefined {
    const token = String(++this.takenCount)
    const held = { mode, sequence, token, untilMs }
    const others = this.byKey.get(key)
    if (others === undefined) this.byKey.set(key, [held])
    else if (mode === 'fence') others.push(held)
    else if (others.some((other) => other.mode === 'exclusive' && keepsOthersOut(other, nowMs))) return undefined
    else this.byKey.set(key, [...others.filter((other) => other.mode !== 'exclusive'), held])
    return { key, token }
  }

  /** The lease as held, if it has neither ended nor been voided. */
  find(lease: Lease, nowMs: number): HeldLease | undefined {
    const held = this.byKey.get(lease.key)?.find(({ token }) => token === lease.token)
    return held !== undefined && nowMs < held.untilMs ? held : undefined
  }

  release({ key, token }: Lease): void {
    this.keep(key, (held) => held.token !== token)
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
    for (const key of this.byKey.keys()) this.keep(key, ({ untilMs }) => untilMs > nowMs)
  }

  private keep(key: string, isKept: (held: HeldLease) => boolean): void {
    const kept = this.byKey.get(key)?.filter(isKept)
    if (kept === undefined || kept.length === 0) this.byKey.delete(key)
    else this.byKey.set(key, kept)
  }
}
