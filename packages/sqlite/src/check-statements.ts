/** The statements of a check, prepared when one begins: most processes never make one. */
import { AT_MOST, type Database, type Statement } from './database.ts'
import { type Ledger, READ_LEDGER } from './ledger.ts'
import { COUNTED_BYTES, FILE_ID, TICK, VALUE_COLUMNS, type ValueColumns } from './statements.ts'

/** A row as it should be; {@link Suspect} as it may be. */
export interface CheckedRow extends Omit<ValueColumns, 'body'> {
  /** Also of a value file. */
  readonly body: string | Uint8Array
  readonly key: string
  readonly sizeBytes: number
  readonly dueAtMs: number
  readonly rank: number
  readonly tick: number
  readonly uses: number
  readonly fileId: number | null
}

/** What may be in the columns of a row after damage. */
export type Suspect = { readonly [Column in keyof CheckedRow]: unknown } & { readonly id: number }

/** A row of the tag index, and what the entry it points to says; nulls: there is no such entry. */
export interface IndexedTag {
  readonly tag: string
  readonly tagEpoch: number
  readonly id: number
  readonly entryTags: string | null
  readonly entryEpoch: number | null
}

type Id = [id: number]
type Indexed = [tag: string, tagEpoch: number, id: number]

export interface CheckStatements {
  readonly nextEntry: Statement<[afterId: number], Suspect>
  readonly entryOfId: Statement<Id, Suspect>
  readonly setSize: Statement<[sizeBytes: number, ...Id], never>
  readonly setRank: Statement<[rank: number, ...Id], never>
  readonly isIndexed: Statement<Indexed, unknown>
  readonly nextIndexed: Statement<Indexed, IndexedTag>
  readonly indexed: Statement<Indexed, IndexedTag>
  /** Pages in the write-ahead log, and how many of them are in the file itself by now. Looks, and does nothing. */
  readonly logLength: Statement<[], { readonly log: number; readonly checkpointed: number }>
}

/** Above every id that a cache comes to, and still told apart from the next. */
const LAST_ID = Number.MAX_SAFE_INTEGER

export function prepareCheck(database: Database): CheckStatements {
  // Text as the bytes it is stored as: the checksum is the same, and a long text need not be decoded.
  const body = "iif(typeof(body) IN ('text', 'blob'), CAST(body AS BLOB), NULL) AS body"
  const entry = `SELECT ${VALUE_COLUMNS}, ${TICK}, ${body}, ${FILE_ID}, key, ${COUNTED_BYTES} AS sizeBytes, due_at_ms AS dueAtMs,
    rank, uses
    FROM stowage_entry_v1`
  const indexed = `SELECT t.tag, t.tag_epoch AS tagEpoch, t.entry_id AS id, e.tags AS entryTags, e.tag_epoch AS entryEpoch
    FROM stowage_entry_tag_v1 AS t LEFT JOIN stowage_entry_v1 AS e ON e.id = t.entry_id`
  const place = '(t.tag, t.tag_epoch, t.entry_id)'
  return {
    nextEntry: database.prepare(`${entry} WHERE id > ? AND id <= ${LAST_ID} ORDER BY id LIMIT 1`),
    entryOfId: database.prepare(`${entry} WHERE id = ?`),
    setSize: database.prepare('UPDATE stowage_entry_v1 SET size_bytes = ? WHERE id = ?'),
    setRank: database.prepare('UPDATE stowage_entry_v1 SET rank = ?, uses = 0 WHERE id = ?'),
    isIndexed: database.prepare('SELECT 1 FROM stowage_entry_tag_v1 WHERE tag = ? AND tag_epoch = ? AND entry_id = ?'),
    nextIndexed: database.prepare(`${indexed} WHERE ${place} > (?, ?, ?) ORDER BY ${place.slice(1, -1)} LIMIT 1`),
    indexed: database.prepare(`${indexed} WHERE ${place} = (?, ?, ?)`),
    logLength: database.prepare('PRAGMA wal_checkpoint(NOOP)'),
  }
}

/** The next entries, and what they take together. */
interface Stretch {
  readonly entryCount: number
  readonly sizeBytes: number
  /** Null: there are none. */
  readonly lastId: number | null
}

/** The next value files that are counted, dropped ones aside. */
interface FileStretch {
  readonly fileBytes: number
  /** Null: there are none. */
  readonly lastId: number | null
}

export interface CountStatements {
  readonly ledger: Statement<[], Ledger>
  readonly leases: Statement<[], { readonly leaseCount: number }>
  readonly stretch: Statement<[afterId: number, limit: number], Stretch>
  readonly fileStretch: Statement<[afterId: number, limit: number], FileStretch>
}

export function prepareCount(snapshot: Database): CountStatements {
  return {
    ledger: snapshot.prepare(READ_LEDGER),
    leases: snapshot.prepare('SELECT count(*) AS leaseCount FROM stowage_lease_v1'),
    stretch: snapshot.prepare(`SELECT count(*) AS entryCount, coalesce(sum(size), 0) AS sizeBytes, max(id) AS lastId
      FROM (SELECT id, ${COUNTED_BYTES} AS size FROM stowage_entry_v1
        WHERE id > ? AND id <= ${LAST_ID} ORDER BY id ${AT_MOST})`),
    fileStretch: snapshot.prepare(`SELECT coalesce(sum(size), 0) AS fileBytes, max(id) AS lastId
      FROM (SELECT id, iif(state = 'dropped', 0, ${COUNTED_BYTES}) AS size FROM stowage_file_v1 WHERE id > ? ORDER BY id ${AT_MOST})`),
  }
}
