/** The small steps on one entry that others are made of, within the lock: looking at it, taking it out, voiding its leases. */
import type { BackendMiss, Lease } from '@stowage/core'
import { countedBytes, type EntryHead } from './entry-file.ts'
import { FOREIGN_FILE, readHead } from './entry-reading.ts'
import { statEntry } from './file-identity.ts'
import type { Turn } from './holding.ts'
import type { Place } from './layout.ts'
import { type HeldLease, LEASE_KINDS } from './lease-table.ts'
import type { Marks } from './marks.ts'
import { ensureSure, recount } from './recount.ts'
import { removeEntry } from './replacing.ts'
import type { Store } from './store.ts'

/** What an operation on one key is about. */
export interface Asked {
  readonly key: string
  readonly place: Place
  readonly nowMs: number
}

/** Why an entry may not be served; undefined: it may. */
export function missOf(
  marks: Marks,
  { prelude, facts }: Pick<EntryHead, 'prelude' | 'facts'>,
  nowMs: number,
): Extract<BackendMiss, 'expired' | 'invalidated'> | undefined {
  if (marks.isOutdated(prelude, facts.tags)) return 'invalidated'
  return facts.expireAtMs <= nowMs ? 'expired' : undefined
}

/** The live entry of the key. */
export function liveHead({ marks }: Turn, key: string, place: Place, nowMs: number): EntryHead | undefined {
  const head = readHead(place.path)
  if (head === undefined || head === FOREIGN_FILE || head.key !== key) return undefined
  return missOf(marks, head, nowMs) === undefined ? head : undefined
}

/** @returns whether anything was there. */
export function takeOut(store: Store, turn: Turn, { shard, path }: Place): boolean {
  ensureSure(store, turn, shard)
  const stats = statEntry(path)
  if (!removeEntry(path, store.spares) || stats === undefined) return false
  turn.counts.add(shard, { entryCount: -1, entryBytes: -countedBytes(stats.size) })
  store.recency.forget(path)
  return true
}

/** As {@link takeOut}, of a file whose size is not to be believed either. */
export function takeOutDamaged(store: Store, turn: Turn, place: Place): boolean {
  const wasThere = takeOut(store, turn, place)
  turn.counts.settle(place.shard, recount(store, place.shard))
  return wasThere
}

/** Nobody who asked before may write the key any more. */
export function voidLeases({ marks, emit }: Turn, key: string): void {
  if (marks.leases.has(key)) emit({ k: 'void', key })
}

/** As {@link voidLeases}, of loads alone: the writes that are under way come first, in their order. */
export function voidLoads(turn: Turn, key: string): void {
  voidAllBut(turn, key, turn.marks.leases.allOf(key).filter(isWrite))
}

/** As {@link voidLeases}, when a write that was under way has its end: those that took their place behind it are still to come. */
export function voidBefore(turn: Turn, key: string, token: string): void {
  const held = turn.marks.leases.allOf(key)
  const at = held.findIndex((each) => each.token === token)
  voidAllBut(turn, key, held.slice(at + 1).filter(isWrite))
}

function voidAllBut(turn: Turn, key: string, kept: readonly HeldLease[]): void {
  const { leases } = turn.marks
  if (kept.length === 0) voidLeases(turn, key)
  else
    for (const { token } of leases.allOf(key).filter((held) => !kept.includes(held)))
      turn.emit({ k: 'drop', key, token })
}

function isWrite({ kind }: HeldLease): boolean {
  return kind === LEASE_KINDS.write
}

/** Whether the lease still lets its holder write the key with these tags. */
export function holds({ marks }: Turn, lease: Lease, key: string, tags: readonly string[], nowMs: number): boolean {
  const held = lease.key === key ? marks.leases.of(key, lease.token) : undefined
  return held !== undefined && nowMs < held.untilMs && marks.mayWrite(held.epoch, tags)
}
