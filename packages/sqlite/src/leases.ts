/**
 * Leases: rows that every write transaction of every process sees. Whatever voids a lease deletes its row in the
 * transaction that deletes, replaces or invalidates the entry; what a lease fences against is in tags.ts.
 */
import { keepsOthersOut, type Lease, type LeaseMode } from '@stowage/core'
import type { Store } from './store.ts'
import { outlives } from './tags.ts'
import type { Turn } from './turn.ts'

/** Leases that may be live at once, of all processes; past it a load runs without one, and its value is not stored. */
const MAX_LEASE_COUNT = 65_536
/** Of a write that is under way: its place among the writes of its key. */
export const WRITE = 'write'
/** Ended ones removed to make room for a new one. */
const MAKE_ROOM_COUNT = 256

export function takeLease(
  store: Store,
  turn: Turn,
  wish: { key: string; mode: LeaseMode | typeof WRITE; lengthMs: number; nowMs: number },
): Lease | undefined {
  const { statements } = store
  const { ledger } = turn
  const { key, mode, lengthMs, nowMs } = wish
  if (mode === 'exclusive') {
    const others = statements.exclusiveLeases.all(key)
    if (others.some((held) => keepsOthersOut(held, nowMs))) return undefined
    for (const { token } of others) releaseLease(store, turn, { key, token })
  }
  if (ledger.leaseCount >= MAX_LEASE_COUNT) removeEndedLeases(store, turn, nowMs, MAKE_ROOM_COUNT)
  if (ledger.leaseCount >= MAX_LEASE_COUNT) return undefined
  const token = crypto.randomUUID()
  statements.insertLease.run(key, token, mode, nowMs + lengthMs, ledger.epoch)
  ledger.leaseCount++
  return { key, token }
}

/** The epoch the lease captured, if it holds for `key`. */
export function epochOfHolding({ statements }: Store, lease: Lease, key: string, nowMs: number): number | undefined {
  const held = statements.findLease.get(key, lease.token)
  return held !== undefined && held.untilMs > nowMs ? held.epoch : undefined
}

/** Prolongs a lease under which an entry with these tags could still be written. */
export function renewLease(
  store: Store,
  { ledger }: Turn,
  lease: Lease,
  wish: { tags: readonly string[]; lengthMs: number; nowMs: number },
): boolean {
  const { tags, lengthMs, nowMs } = wish
  const epoch = epochOfHolding(store, lease, lease.key, nowMs)
  if (epoch === undefined || !outlives(store.statements, ledger, tags, epoch)) return false
  return store.statements.renewLease.run(nowMs + lengthMs, lease.key, lease.token, nowMs).changes === 1
}

export function releaseLease({ statements }: Store, { ledger }: Turn, { key, token }: Lease): void {
  ledger.leaseCount -= statements.deleteLease.run(key, token).changes
}

export function voidLeases({ statements }: Store, { ledger }: Turn, key: string): void {
  if (ledger.leaseCount > 0) ledger.leaseCount -= statements.voidLeases.run(key).changes
}

/** As {@link voidLeases}, of loads other than that one's: the writes that are under way come first, in their order. */
export function voidLoads({ statements }: Store, { ledger }: Turn, key: string, lease: Lease | undefined): void {
  if (ledger.leaseCount > 0) ledger.leaseCount -= statements.voidLoads.run(key, lease?.token ?? '').changes
}

/** As {@link voidLeases}, when who has that one writes: the writes that took their place behind it are still to come. */
export function voidBefore({ statements }: Store, { ledger }: Turn, { key, token }: Lease): void {
  ledger.leaseCount -= statements.voidBefore.run(key, key, token).changes
}

export function voidAllLeases({ statements }: Store, { ledger }: Turn): void {
  statements.voidAllLeases.run()
  ledger.leaseCount = 0
}

/** @returns whether more may be left. */
export function removeEndedLeases({ statements }: Store, { ledger }: Turn, nowMs: number, limit: number): boolean {
  if (ledger.leaseCount === 0) return false
  const { changes } = statements.dropEndedLeases.run(nowMs, limit)
  ledger.leaseCount -= changes
  return changes === limit
}
