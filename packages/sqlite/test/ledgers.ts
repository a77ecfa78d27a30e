/** Counters of a store that is not there. */
import type { Ledger } from '../src/ledger.ts'

/** All zero but for these. */
export function ledgerOf(counts: Partial<Ledger> = {}): Ledger {
  return {
    tick: 0,
    epoch: 0,
    floor: 0,
    reclaimed: 0,
    cleared: 0,
    entryCount: 0,
    sizeBytes: 0,
    leaseCount: 0,
    fileBytes: 0,
    pinnedUntilMs: 0,
    ...counts,
  }
}
