/**
 * Gets that come in a row share one view of the file: half of what a get costs is finding out where the log ends, and locking
 * that place against checkpoints.
 *
 * The first get of a turn of the event loop looks for itself. If more follow before the loop goes on (awaiting something
 * that is there already does not let it), they look at one view, which ends with the turn, after MAX_AGE_MS, and before
 * anything is written by this thread, whichever cache writes it. So whoever hears of a change elsewhere by way of the event
 * loop sees it; only who waits for it without ever letting the loop turn, as by Atomics.wait, may read what was true up to
 * MAX_AGE_MS before.
 */
import type { Database } from './database.ts'
import type { Marks, Statements } from './statements.ts'

const MAX_AGE_MS = 1

/** Those of this thread that are open: another cache on the same file must see what this one writes. */
const openViews = new Set<SharedView>()

export class SharedView {
  readonly #database: Database
  readonly #statements: Statements
  #isTurnKnown = false
  #endsAtMs = 0
  /** As the open view sees them; undefined: none is open. */
  #marks: Marks | undefined

  constructor(database: Database, statements: Statements) {
    this.#database = database
    this.#statements = statements
  }

  /** Runs one look at the file; `run` is told where the counters stand in the view, from the second look of a turn on. */
  look<T>(run: (shared: Marks | undefined) => T): T {
    return run(this.#enter())
  }

  leave(): void {
    if (!openViews.delete(this)) return
    this.#marks = undefined
    // A failing statement may have ended it already.
    if (this.#database.inTransaction) this.#statements.rollback.run()
  }

  #enter(): Marks | undefined {
    if (!this.#isTurnKnown) {
      this.#isTurnKnown = true
      // Runs when no promise of this turn is left to go on.
      process.nextTick(this.#endTurn)
      return undefined
    }
    const now = performance.now()
    if (this.#marks !== undefined && now < this.#endsAtMs) return this.#marks
    this.leave()
    this.#endsAtMs = now + MAX_AGE_MS
    openViews.add(this)
    this.#statements.beginView.run()
    this.#marks = this.#statements.readMarks.get()
    return this.#marks
  }

  readonly #endTurn = (): void => {
    this.#isTurnKnown = false
    this.leave()
  }
}

/** Before anything is written. */
export function leaveViews(): void {
  for (const view of openViews) view.leave()
}
