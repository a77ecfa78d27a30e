/**
 * Numbers for writes and uses: microseconds of the clock, made to rise where it does not (a hybrid logical clock, Kulkarni et al.
 * 2014). A number is part of a write's mark (write-mark.ts), its place in the order of eviction, and what `{ all: true }` is compared with.
 *
 * A counter in the file would be exact, and would cost each write a second page of the log. Here the file holds only a
 * bound, `tick`, that no number in it is above; it moves once for all writes of RESERVE. The order of two processes is that
 * of their clock, which is the same one; where it is set back, a process goes on from its own latest number, or from the bound of the
 * file, so that eviction does not take later entries for older ones. What must not depend on clocks does not: a number is
 * above the one it replaces, and above all that was there when everything was invalidated.
 */
import { systemClock } from '@stowage/core'
import type { Ledger } from './ledger.ts'

/** 0.1 s: as much as the bound may be ahead of the clock. */
const RESERVE = 100_000

/** Of this thread: of its caches on one file, none may fall behind another. */
let latest = 0

/** The next number, for a use. */
export function useNumber(): number {
  latest = Math.max(latest + 1, systemClock.nowMs() * 1_000)
  return latest
}

/** The next number, for a write. @param formerly that of the entry it replaces; 0: there is none */
export function writeNumber(ledger: Ledger, formerly: number): number {
  latest = Math.max(useNumber(), ledger.cleared + 1, formerly + 1, ledger.tick - RESERVE)
  admit(ledger, latest)
  return latest
}

/** Sees to it that the bound of the file is not below a number that goes into it. */
export function admit(ledger: Ledger, number: number): void {
  if (number > ledger.tick) ledger.tick = number + RESERVE
}
