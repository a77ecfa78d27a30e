/**
 * How the rooms of this package get at the file: `read` for one statement's own snapshot, `view` for a snapshot that
 * several share, `write` for a transaction that holds the write lock from its first statement. A write brings the
 * counters with it and tells of removals once it is committed. Every write is one transaction today; grouping several
 * would happen here and nowhere else.
 */
import { type MaybePromise, type RemovalCause, type RemovalListener, UsageError } from '@stowage/core'
import type { Database } from './database.ts'
import { type Ledger, ledgerColumns } from './ledger.ts'
import { Patience } from './patience.ts'
import type { Statements } from './statements.ts'

/** One write transaction, while it runs. */
export interface Turn {
  /** Changes to it are stored with the commit. */
  readonly ledger: Ledger
  /** Listeners hear of it once the transaction is committed. */
  removed(key: string, cause: RemovalCause): void
}

export class Transactions {
  readonly #database: Database
  readonly #statements: Statements
  readonly #patience = new Patience()
  readonly #listeners = new Set<RemovalListener>()
  #closing: Promise<void> | undefined

  constructor(database: Database, statements: Statements) {
    this.#database = database
    this.#statements = statements
  }

  /** `run` makes one statement, or several that need not see the same moment. */
  read<T>(run: () => T): MaybePromise<T> {
    this.#requireOpen()
    return this.#patience.read(() => {
      this.#requireOpen()
      return run()
    })
  }

  /** As {@link read}, for several statements that must see the same moment. */
  view<T>(run: () => T): MaybePromise<T> {
    const { beginView, rollback } = this.#statements
    return this.read(() => {
      beginView.run()
      try {
        return run()
      } finally {
        if (this.#database.inTransaction) rollback.run()
      }
    })
  }

  write<T>(run: (turn: Turn) => T): MaybePromise<T> {
    this.#requireOpen()
    return this.#patience.write(() => this.#transact(run))
  }

  /** A write that must be done before anything else can begin: waits inside SQLite, as long as the connection allows. */
  writeNow<T>(run: (turn: Turn) => T): T {
    return this.#transact(run)
  }

  onRemoval(listener: RemovalListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Refuses further calls, lets the writes that wait finish, runs `last` as one more, closes the file. */
  close(last: ((turn: Turn) => void) | undefined): Promise<void> {
    this.#closing ??= this.#finish(last)
    return this.#closing
  }

  async #finish(last: ((turn: Turn) => void) | undefined): Promise<void> {
    try {
      await (last === undefined ? this.#patience.idle() : this.#patience.write(() => this.#transact(last)))
      this.#database.pragma('wal_checkpoint(PASSIVE)')
    } finally {
      this.#database.close()
    }
  }

  #transact<T>(run: (turn: Turn) => T): T {
    const { begin, commit, rollback, readLedger, writeLedger } = this.#statements
    const removals: [key: string, cause: RemovalCause][] = []
    let answer: T
    begin.run()
    try {
      const ledger = readLedger.get()
      if (ledger === undefined) throw new Error('the counters of the store are missing')
      const before = ledgerColumns(ledger)
      answer = run({ ledger, removed: (key, cause) => removals.push([key, cause]) })
      const after = ledgerColumns(ledger)
      if (after.some((count, at) => count !== before[at])) writeLedger.run(...after)
      commit.run()
    } catch (thrown) {
      if (this.#database.inTransaction) rollback.run()
      throw thrown
    }
    for (const [key, cause] of removals) for (const listener of this.#listeners) listener(key, cause)
    return answer
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new UsageError('sqlite: used after close()')
  }
}
