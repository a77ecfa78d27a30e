/**
 * Which moment of the file a get sees. Finding out where the log ends, and locking that place against checkpoints, is half of what a
 * get costs; so gets that come in a row share one moment.
 *
 * It begins with a look at the file (a read transaction, or for what is in memory (copies.ts) the question whether another connection has
 * changed the file since, PRAGMA data_version), or with a commit of this connection, which has itself seen what others did. It ends with the
 * turn of the event loop, after MAX_AGE_MS, and before anything is written by this thread, whichever cache writes it. The first get of a
 * turn looks for itself, unless its copy or such a commit spares it that. If more follow before the loop goes on (awaiting something
 * that is there already does not let it), they see that moment. So whoever hears of a change elsewhere by way of the event
 * loop sees it; only who waits for it without ever letting the loop turn, as by Atomics.wait, may read what was true up to
 * MAX_AGE_MS before.
 */
import type { Copies, Copy } from './copies.ts'
import type { Database } from './database.ts'
import { type Marks, type Statements, versionOf } from './statements.ts'

const MAX_AGE_MS = 1

/** Those of this thread whose moment holds: another cache on the same file must see what this one writes. */
const holding = new Set<SharedView>()

/** What a look at one key is made with. */
export interface Moment {
  readonly marks: Marks
  /** Undefined: the file is to be looked at. */
  readonly copy: Copy | undefined
}

export class SharedView {
  readonly #database: Database
  readonly #statements: Statements
  readonly #copies: Copies
  #isTurnKnown = false
  /** Whether there has been a look in this turn. */
  #hasLooked = false
  /** The moment holds until then, as performance.now() counts. */
  #endsAtMs = 0
  /** A transaction is open for it. */
  #isOpen = false
  /** The state of the file that the copies and the marks are of. */
  #version = Number.NaN
  #marks: Marks | undefined

  constructor(database: Database, statements: Statements, copies: Copies) {
    this.#database = database
    this.#statements = statements
    this.#copies = copies
  }

  /** Runs one look at `key`, which gets no moment where it has to be one of its own. */
  look<T>(key: string, run: (moment: Moment | undefined) => T): T {
    this.#beginTurn()
    const isFirst = !this.#hasLooked
    this.#hasLooked = true
    const copy = this.#copies.find(key)
    const held = copy === undefined ? undefined : this.#marksHeld()
    if (held !== undefined) return run({ marks: held, copy })
    // What is read often is to have a copy, which is made within a view only.
    const seen = isFirst && !this.#copies.isReadOften(key) ? undefined : this.#marksSeen()
    return run(seen === undefined ? undefined : { marks: seen, copy: undefined })
  }

  /** What this connection has committed is known without a look. */
  follow(version: number, marks: Marks): void {
    this.#beginTurn()
    this.#know(version, marks)
    this.#begin(performance.now())
  }

  /** A transaction failed, and may have been committed all the same: nothing is known of the file. */
  forget(): void {
    this.#know(Number.NaN, undefined)
  }

  leave(): void {
    this.#endsAtMs = 0
    if (!holding.delete(this)) return
    this.#isOpen = false
    // A failing statement may have ended it already.
    if (this.#database.inTransaction) this.#statements.rollback.run()
  }

  /** Where the counters stand, while the copies count; undefined: the file has changed, and they are gone. */
  #marksHeld(): Marks | undefined {
    const now = performance.now()
    if (now < this.#endsAtMs) return this.#marks
    this.leave()
    if (versionOf(this.#statements) === this.#version) this.#begin(now)
    else this.forget()
    return this.#marks
  }

  /** Where they stand in an open view; undefined: the file is damaged, and has none. */
  #marksSeen(): Marks | undefined {
    const now = performance.now()
    if (this.#isOpen && now < this.#endsAtMs) return this.#marks
    this.leave()
    // Should a statement fail, the moment has not begun, and what was opened is left.
    holding.add(this)
    this.#isOpen = true
    this.#statements.beginView.run()
    const marks = this.#statements.readMarks.get()
    this.#know(versionOf(this.#statements), marks)
    this.#begin(now)
    return marks
  }

  #begin(now: number): void {
    this.#endsAtMs = now + MAX_AGE_MS
    holding.add(this)
  }

  #know(version: number, marks: Marks | undefined): void {
    if (version !== this.#version) this.#copies.clear()
    this.#version = version
    this.#marks = marks
  }

  #beginTurn(): void {
    if (this.#isTurnKnown) return
    this.#isTurnKnown = true
    // Runs when no promise of this turn is left to go on.
    process.nextTick(this.#endTurn)
  }

  readonly #endTurn = (): void => {
    this.#isTurnKnown = false
    this.#hasLooked = false
    this.leave()
  }
}

/** Before anything is written. */
export function leaveViews(): void {
  for (const view of holding) view.leave()
}
