/**
 * The row of a value file, which is there before the file is and goes after it has gone:
 *
 *   pending   a writer is about to write the file, or at it; its bytes are counted
 *   kept      an entry's body is the file's number
 *   dropped   nothing refers to it any more; whoever comes by deletes the file, and then the row
 *
 * So a file without a row is nobody's, at any moment: it may be deleted. A pending row may be dropped at any moment, too:
 * its writer finds out in the transaction that would have kept it, and begins anew. That is why a guess is enough to tell
 * rows of dead writers from those of slow ones.
 */
import { AT_MOST, type Database, type Statement } from '../database.ts'
import { COUNTED_BYTES } from '../statements.ts'

type FileState = 'pending' | 'kept' | 'dropped'
type BodyKind = 'text' | 'bytes'

export interface FileRow {
  readonly id: number
  readonly state: FileState
  readonly kind: BodyKind
  readonly sizeBytes: number
  /** Kept: by this entry. */
  readonly entryId: number | null
  /** Process that registered it or, once it is dropped, that dropped it. */
  readonly pid: number
  readonly sinceMs: number
}

type Id = [id: number]
type Sized = { readonly sizeBytes: number }

export interface FileStatements {
  readonly find: Statement<Id, FileRow>
  readonly register: Statement<[id: number, kind: BodyKind, sizeBytes: number, pid: number, sinceMs: number], never>
  readonly keep: Statement<[entryId: number, id: number], never>
  readonly drop: Statement<[pid: number, id: number], Sized>
  readonly forget: Statement<Id, never>
  readonly unkept: Statement<[state: FileState, limit: number], FileRow>
  readonly next: Statement<[afterId: number, limit: number], FileRow & { readonly bodyOfEntry: unknown }>
}

// A length that is none, after damage, is that of no file.
const COLUMNS = `id, state, kind, ${COUNTED_BYTES} AS sizeBytes, entry_id AS entryId, pid, since_ms AS sinceMs`

export function prepareFileStatements(database: Database): FileStatements {
  return {
    find: database.prepare(`SELECT ${COLUMNS} FROM stowage_file_v1 WHERE id = ?`),
    register: database.prepare(`INSERT INTO stowage_file_v1 (state, id, kind, size_bytes, pid, since_ms)
      VALUES ('pending', ?, ?, ?, ?, ?)`),
    keep: database.prepare(
      "UPDATE stowage_file_v1 SET state = 'kept', entry_id = ? WHERE id = ? AND state = 'pending'",
    ),
    drop: database.prepare(`UPDATE stowage_file_v1 SET state = 'dropped', entry_id = NULL, pid = ?
      WHERE id = ? AND state <> 'dropped' RETURNING ${COUNTED_BYTES} AS sizeBytes`),
    forget: database.prepare("DELETE FROM stowage_file_v1 WHERE id = ? AND state = 'dropped'"),
    unkept: database.prepare(
      `SELECT ${COLUMNS} FROM stowage_file_v1 WHERE state = +? AND state <> 'kept' ORDER BY since_ms ${AT_MOST}`,
    ),
    next: database.prepare(`SELECT ${COLUMNS},
      (SELECT iif(typeof(body) IN ('integer', 'real'), body, NULL) FROM stowage_entry_v1 AS e WHERE e.id = f.entry_id) AS bodyOfEntry
      FROM stowage_file_v1 AS f WHERE id > ? ORDER BY id ${AT_MOST}`),
  }
}
