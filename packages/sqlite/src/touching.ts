/** Giving the very entry that was seen other instants: no other column changes, the tag index stays. */
import { type EntryTimes, isSameLife, type StoredEntry } from '@stowage/core'
import { voidLeases } from './leases.ts'
import { marksOf, missOf } from './liveness.ts'
import { sealed } from './seal.ts'
import type { Store } from './store.ts'
import type { Turn } from './turn.ts'
import { isMarked } from './write-mark.ts'

/** One touch as it was asked for. */
export interface Touching {
  readonly key: string
  readonly seen: StoredEntry
  readonly times: EntryTimes
  readonly nowMs: number
  readonly leases: 'keep' | 'void'
}

/** @returns whether the entry was still the one seen, with the life it had then. */
export function touchEntry(store: Store, turn: Turn, { key, seen, times, nowMs, leases }: Touching): boolean {
  const { statements } = store
  const { ledger } = turn
  const row = statements.getEntry.get(key)
  if (row === undefined || !isMarked(seen.identity, row) || !isSameLife(row, seen.facts)) return false
  if (missOf(statements, row, marksOf(ledger), nowMs) !== undefined) return false
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs } = times
  // Out of the old instants and into the new ones; the checksum itself stays the one core gave.
  const checksum = sealed(sealed(row.checksum, row), { ...row, storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs })
  statements.setTimes.run(storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, checksum, row.id)
  // The index of what is due may be early, since reclaim.ts looks again; it must never be late.
  if (expireAtMs < row.expireAtMs) statements.setDue.run(expireAtMs, row.id)
  if (leases === 'void') voidLeases(store, turn, key)
  return true
}
