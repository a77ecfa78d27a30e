/** The one rule about which stored entry may be served. Core's rule about freshness is another matter. */
import type { Ledger } from './ledger.ts'
import type { EntryState, Marks, Statements } from './statements.ts'
import { isInvalidated } from './tags.ts'

/** Why the entry may not be served at `nowMs`; undefined: it may. */
export function missOf(
  statements: Statements,
  state: EntryState,
  marks: Marks,
  nowMs: number,
): 'expired' | 'invalidated' | undefined {
  if (state.written <= marks.cleared || isInvalidated(statements, state, marks)) return 'invalidated'
  return state.expireAtMs <= nowMs ? 'expired' : undefined
}

/** What a read compares an entry with. */
export function marksOf({ epoch, floor, cleared }: Ledger): Marks {
  return { currentEpoch: epoch, floor, cleared }
}
