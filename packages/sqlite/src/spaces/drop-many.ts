/**
 * Taking all records out of a space that has many: in one transaction, as nobody is to see a part of them gone. Runs in a thread, and so
 * imports nothing of core's: its commit alone takes tens of milliseconds for each 100,000 records.
 */
import Sqlite from 'better-sqlite3'
import { prepareSpaceStatements, type SpaceStatements } from './space-statements.ts'

export interface DropOrder {
  readonly path: string
  readonly durability: 'relaxed' | 'strict'
  readonly space: string
  readonly spaceId: number
}

/** For other writers. */
const PATIENCE_MS = 2_000
/** As much as goes in a moment, and needs no thread. */
const FEW_RECORDS = 1_000
const FEW_BYTES = 1_048_576

export function hasFew({ weight }: SpaceStatements, spaceId: number): boolean {
  const { records, bytes } = weight.get(spaceId, FEW_RECORDS + 1) ?? { records: 0, bytes: 0 }
  return records <= FEW_RECORDS && bytes <= FEW_BYTES
}

export function dropMany({ path, durability, space, spaceId }: DropOrder): void {
  const database = new Sqlite(path, { timeout: PATIENCE_MS, fileMustExist: true })
  try {
    database.pragma(`synchronous = ${durability === 'strict' ? 'FULL' : 'NORMAL'}`)
    // Another thread does that (checkpointer.ts).
    database.pragma('wal_autocheckpoint = 0')
    const statements = prepareSpaceStatements(database)
    statements.begin.run()
    // What is at the path may be another file by now, in which the number is that of another space.
    if (statements.space.get(space)?.id !== spaceId) throw new Error(`'${path}' has no such space`)
    statements.drop.run(spaceId)
    const version = (statements.mark.get(spaceId)?.version ?? 0) + 1
    statements.writeMark.run(spaceId, version, version)
    statements.commit.run()
  } finally {
    // Takes back what has not been committed.
    database.close()
  }
}
