/** One write transaction: what the rooms work with while it runs, and how it begins and ends. */
import type { RemovalCause } from '@stowage/core'
import { DamagedFileError } from './damage.ts'
import type { Database } from './database.ts'
import { type Ledger, ledgerColumns } from './ledger.ts'
import type { Statements } from './statements.ts'

export interface Turn {
  /** How much of the log this transaction takes, roughly. */
  writtenBytes: number
  /** Changes to it are stored with the commit. */
  readonly ledger: Ledger
  /** Listeners hear of it once the transaction is committed. */
  removed(key: string, cause: RemovalCause): void
  /** The value file is deleted once the transaction is committed. */
  dropped(fileId: number): void
}

type Removal = readonly [key: string, cause: RemovalCause]

/** What a committed transaction gave. */
export interface Committed<T> {
  readonly answer: T
  readonly removals: readonly Removal[]
  readonly droppedFiles: readonly number[]
}

/** Holds the write lock from its first statement. What throws takes everything back. */
export function transact<T>(database: Database, statements: Statements, run: (turn: Turn) => T): Committed<T> {
  const { begin, commit, rollback, readLedger, writeLedger } = statements
  const removals: Removal[] = []
  const droppedFiles: number[] = []
  begin.run()
  try {
    const ledger = readLedger.get()
    if (ledger === undefined) throw new DamagedFileError('its counters are missing')
    const before = ledgerColumns(ledger)
    const answer = run({
      writtenBytes: 0,
      ledger,
      removed: (key, cause) => removals.push([key, cause]),
      dropped: (fileId) => droppedFiles.push(fileId),
    })
    const after = ledgerColumns(ledger)
    if (after.some((count, at) => count !== before[at])) writeLedger.run(...after)
    commit.run()
    return { answer, removals, droppedFiles }
  } catch (thrown) {
    if (database.inTransaction) rollback.run()
    throw thrown
  }
}
