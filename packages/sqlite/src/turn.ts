/** One write transaction: what the rooms work with while it runs, and how it begins and ends. */
import type { RemovalCause } from '@stowage/core'
import { DamagedFileError } from './damage.ts'
import type { Database } from './database.ts'
import { type Ledger, ledgerColumns } from './ledger.ts'
import { type Statements, type ValueColumns, versionOf } from './statements.ts'

export interface Turn {
  /** How much of the log this transaction takes, roughly. */
  writtenBytes: number
  /** Changes to it are stored with the commit. */
  readonly ledger: Ledger
  /** Rows that this process is to keep a copy of, by key, once the transaction is committed. */
  readonly toKeep: Map<string, ValueColumns>
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

/** What a transaction on entries tells besides. */
export interface CommittedEntries<T> extends Committed<T> {
  readonly toKeep: ReadonlyMap<string, ValueColumns>
  /** Of the file, as the transaction saw it (`PRAGMA data_version`). */
  readonly version: number
  /** As it left it. */
  readonly ledger: Ledger
}

/** Holds the write lock from its first statement. What throws takes everything back. */
export function transact<T>(database: Database, statements: Statements, run: (turn: Turn) => T): CommittedEntries<T> {
  const { begin, commit, rollback, readLedger, writeLedger } = statements
  const removals: Removal[] = []
  const droppedFiles: number[] = []
  const toKeep = new Map<string, ValueColumns>()
  begin.run()
  try {
    const ledger = readLedger.get()
    if (ledger === undefined) throw new DamagedFileError('its counters are missing')
    const before = ledgerColumns(ledger)
    const answer = run({
      writtenBytes: 0,
      ledger,
      toKeep,
      removed: (key, cause) => removals.push([key, cause]),
      dropped: (fileId) => droppedFiles.push(fileId),
    })
    const after = ledgerColumns(ledger)
    if (after.some((count, at) => count !== before[at])) writeLedger.run(...after)
    // Within the transaction: afterwards, the commit of another could be taken for known.
    const version = versionOf(statements)
    commit.run()
    return { answer, removals, droppedFiles, toKeep, version, ledger }
  } catch (thrown) {
    if (database.inTransaction) rollback.run()
    throw thrown
  }
}
