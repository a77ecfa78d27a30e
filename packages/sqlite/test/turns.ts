/** A turn of no transaction. */
import type { Ledger } from '../src/ledger.ts'
import type { Turn } from '../src/turn.ts'
import { ledgerOf } from './ledgers.ts'

/** @param counts those that are not zero */
export function turnOf(counts: Partial<Ledger> = {}): Turn {
  return {
    writtenBytes: 0,
    ledger: ledgerOf(counts),
    toKeep: new Map(),
    removed: () => undefined,
    dropped: () => undefined,
  }
}
