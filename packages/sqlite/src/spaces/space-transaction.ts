/** A transaction on the file of spaces. */
import type { Database } from '../database.ts'
import type { Committed } from '../turn.ts'
import { type SpaceTurn, writeMarks } from './space-commit.ts'
import type { SpaceStatements } from './space-statements.ts'

/** Names may be made of anything, such as a user's; beyond so many all ids are forgotten, and looked up again. */
const MAX_KNOWN = 10_000

interface Ground {
  readonly database: Database
  readonly statements: SpaceStatements
  /** Ids of spaces, by their names: those that are committed are added. */
  readonly known: Map<string, number>
  /** Keeps back what comes after. */
  readonly hold: () => void
}

export function transact<T>({ database, statements, known, hold }: Ground, run: (turn: SpaceTurn) => T): Committed<T> {
  statements.begin.run()
  try {
    const turn: SpaceTurn = { writtenBytes: 0, holdsBack: false, marks: new Map(), ids: new Map() }
    const answer = run(turn)
    writeMarks(statements, turn)
    statements.commit.run()
    // Not before: who has failed lets go of nothing.
    if (turn.holdsBack) hold()
    if (known.size >= MAX_KNOWN) known.clear()
    for (const [space, id] of turn.ids) known.set(space, id)
    return { answer, removals: [], droppedFiles: [] }
  } catch (thrown) {
    if (database.inTransaction) statements.rollback.run()
    throw thrown
  }
}
