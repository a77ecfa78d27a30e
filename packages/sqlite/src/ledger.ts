/**
 * The store's own counters: one row, read at the start of every write transaction and written at its end when it changed.
 * Nobody else can change them in between, since a write transaction is alone.
 */
import { MAX_CLOCK_SKEW_MS, systemClock } from '@stowage/core'
import { DamagedFileError } from './damage.ts'
import type { Database } from './database.ts'

export interface Ledger {
  /** No number of a write or a use in the file is above it (write-numbers.ts). */
  tick: number
  /** Counts invalidated tags (tags.ts). */
  epoch: number
  /** Markers of versions up to this one may have been dropped (tags.ts). */
  floor: number
  /** Entries invalidated by versions up to this one have been reclaimed (tags.ts). */
  reclaimed: number
  /** Entries whose numbers are not above it were invalidated all at once. */
  cleared: number
  entryCount: number
  sizeBytes: number
  leaseCount: number
  /** Of value files that are kept or being written. */
  fileBytes: number
  /** Until then no value file is deleted: an online copy is taking them. */
  pinnedUntilMs: number
}

export const READ_LEDGER = `SELECT tick, epoch, floor, reclaimed, cleared,
  entry_count AS entryCount, size_bytes AS sizeBytes, lease_count AS leaseCount,
  file_bytes AS fileBytes, pinned_until_ms AS pinnedUntilMs
  FROM stowage_meta_v1 WHERE id = 1`

export const WRITE_LEDGER = `UPDATE stowage_meta_v1 SET tick = ?, epoch = ?, floor = ?, reclaimed = ?, cleared = ?,
  entry_count = ?, size_bytes = ?, lease_count = ?, file_bytes = ?, pinned_until_ms = ? WHERE id = 1`

/** How long value files stay for a backup that says no more. */
export const PIN_MS = 30_000

/** Whether a pin that ends then holds. One that ends later than any can was set before the clock was set back. */
export function holdsPin(untilMs: number): boolean {
  const leftMs = untilMs - systemClock.nowMs()
  return leftMs > 0 && leftMs <= PIN_MS + MAX_CLOCK_SKEW_MS
}

/** Whether a backup is taking the value files at the moment, so that none may be deleted. */
export function isPinned(ledger: Ledger): boolean {
  return holdsPin(ledger.pinnedUntilMs)
}

/** Another backup may count on a later end. */
export function pin(ledger: Ledger, untilMs: number): void {
  if (!isPinned(ledger) || ledger.pinnedUntilMs < untilMs) ledger.pinnedUntilMs = untilMs
}

/** In the order of {@link WRITE_LEDGER}. */
export function ledgerColumns(ledger: Ledger): LedgerColumns {
  const { tick, epoch, floor, reclaimed, cleared, entryCount, sizeBytes, leaseCount, fileBytes, pinnedUntilMs } = ledger
  return [tick, epoch, floor, reclaimed, cleared, entryCount, sizeBytes, leaseCount, fileBytes, pinnedUntilMs]
}

export type LedgerColumns = [
  tick: number,
  epoch: number,
  floor: number,
  reclaimed: number,
  cleared: number,
  entryCount: number,
  sizeBytes: number,
  leaseCount: number,
  fileBytes: number,
  pinnedUntilMs: number,
]

/** @throws DamagedFileError when the row is missing or cannot be what was written. */
export function readLedger(database: Database): Ledger {
  const ledger = database.prepare<[], Ledger>(READ_LEDGER).get()
  if (ledger === undefined) throw new DamagedFileError('its counters are missing')
  const wrong = Object.entries(ledger).find(([, count]) => !Number.isSafeInteger(count) || count < 0)
  if (wrong !== undefined) throw new DamagedFileError(`its counter ${wrong[0]} is ${String(wrong[1])}`)
  return ledger
}
