/**
 * Every statement the backend runs once the file is open, prepared once. The rooms that use them say why; here is only SQL.
 * Keys and tags compare as UTF-8 bytes (SQLite's BINARY collation), which is the order of code points.
 */
import type { EntryTimes, LeaseMode } from '@stowage/core'
import { AT_MOST, type Database, type Statement } from './database.ts'
import { type Ledger, type LedgerColumns, READ_LEDGER, WRITE_LEDGER } from './ledger.ts'
import type { Eviction } from './options.ts'

/** Where the store's counters stood at the moment that an entry is judged by. */
export interface Marks {
  readonly currentEpoch: number
  readonly floor: number
  readonly cleared: number
}

/** What decides whether an entry is live. */
export interface EntryState {
  readonly id: number
  readonly tags: string | null
  readonly tagEpoch: number
  readonly written: number
  readonly expireAtMs: number
}

/** What a row says of its entry besides the value. */
export interface FactColumns extends EntryState {
  readonly storedAtMs: number
  readonly staleAtMs: number
  readonly errorOnlyAtMs: number
  readonly slidingMs: number | null
  readonly version: string | null
  readonly fingerprint: string | null
}

/** Everything a read looks at. */
export interface ValueColumns extends FactColumns {
  readonly checksum: number
  readonly format: string
  /** A number: the value is in the file of that number. */
  readonly body: string | Uint8Array | number
}

interface EntryRow extends ValueColumns, Marks {}

interface StateRow extends EntryState, EntryTimes, Marks {
  readonly slidingMs: number | null
  readonly checksum: number
}

export interface FoundEntry extends EntryState {
  readonly sizeBytes: number
  readonly dueAtMs: number
  readonly fileId: number | null
}

export interface ListedRow extends FactColumns, Marks {
  readonly key: string
  readonly sizeBytes: number
}

/** The same with its place in the order of uses. */
export interface RankedRow extends ListedRow {
  readonly rank: number
}

/** An entry that is up for removal, and what may speak against it. */
export interface Candidate {
  readonly id: number
  readonly rank: number
  readonly written: number
}

export type WrittenColumns = [
  sizeBytes: number,
  storedAtMs: number,
  staleAtMs: number,
  errorOnlyAtMs: number,
  expireAtMs: number,
  slidingMs: number | null,
  written: number,
  tagEpoch: number,
  checksum: number,
  tags: string | null,
  version: string | null,
  fingerprint: string | null,
  format: string,
  body: string | Uint8Array | number,
]
const WRITTEN =
  'size_bytes, stored_at_ms, stale_at_ms, error_only_at_ms, expire_at_ms, sliding_ms, written, tag_epoch, checksum, tags, version, fingerprint, format, body'

const STATE = 'id, tags, tag_epoch AS tagEpoch, written, expire_at_ms AS expireAtMs'
const TIMES =
  'stored_at_ms AS storedAtMs, stale_at_ms AS staleAtMs, error_only_at_ms AS errorOnlyAtMs, sliding_ms AS slidingMs'
/** As {@link ValueColumns} names them, the body aside. */
export const VALUE_COLUMNS: string = `${STATE}, ${TIMES}, checksum, version, fingerprint, format`
export const TICK = '(SELECT tick FROM stowage_meta_v1) AS tick'
/** What a row takes of the limits: nothing, where damage has left no count. */
export const COUNTED_BYTES: string =
  "iif(typeof(size_bytes) = 'integer' AND size_bytes BETWEEN 0 AND 9007199254740991, size_bytes, 0)"

/** The value file of an entry, if it has one. */
export const FILE_ID: string = "iif(typeof(body) IN ('integer', 'real'), body, NULL) AS fileId"

/** Whether the value is in the row itself. */
const IS_IN_ROW = "typeof(body) IN ('text', 'blob')"

type Key = [key: string]
type Id = [id: number]
type Range = [from: string, below: string | Uint8Array]
type Limit = [limit: number]

export interface Statements {
  readonly begin: Statement<[], never>
  readonly beginView: Statement<[], never>
  readonly commit: Statement<[], never>
  readonly rollback: Statement<[], never>
  readonly readLedger: Statement<[], Ledger>
  readonly writeLedger: Statement<LedgerColumns, never>

  readonly getEntry: Statement<Key, EntryRow>
  /** Whether it is still there, and until when; the body is not looked at. */
  readonly getState: Statement<Key, StateRow>
  /** The same without the counters, where these are known: they are a sixth of the work. */
  readonly getValue: Statement<Key, ValueColumns>
  readonly readMarks: Statement<[], Marks>
  /** Another number once another connection has changed the file; its own commits do not move it. */
  readonly dataVersion: Statement<[], { readonly data_version: number }>
  readonly findEntry: Statement<Key, FoundEntry>
  readonly insertEntry: Statement<[...WrittenColumns, key: string, rank: number, dueAtMs: number], never>
  readonly updateEntry: Statement<[...WrittenColumns, id: number], never>
  /** Of a row of the same size, without tags or a value file, older, and not due later than the new one ends. */
  readonly overwriteEntry: Statement<
    [...WrittenColumns, key: string, sizeBytes: number, expireAtMs: number, written: number],
    never
  >
  readonly deleteEntry: Statement<
    Id,
    Pick<FoundEntry, 'sizeBytes' | 'tags' | 'tagEpoch' | 'fileId'> & { readonly key: string }
  >
  /** The same without an answer, for one that has been found. */
  readonly dropEntry: Statement<Id, never>
  readonly setTimes: Statement<
    [storedAtMs: number, staleAtMs: number, errorOnlyAtMs: number, expireAtMs: number, checksum: number, id: number],
    never
  >
  readonly setDue: Statement<[dueAtMs: number, id: number], never>
  /** What was cleared stays where the rank finds it (reclaim.ts), whatever it was used for before. */
  readonly promote: Statement<[rank: number, uses: number, id: number, cleared: number], never>
  readonly keyOf: Statement<Id, { readonly key: string }>
  readonly listKeys: Statement<[...Range, ...Limit], { readonly id: number; readonly key: string }>
  readonly listEntries: Statement<[...Range, ...Limit], ListedRow>
  readonly listRecent: Statement<[rank: number, id: number, ...Limit], RankedRow>

  readonly dueEntries: Statement<[nowMs: number, ...Limit], { readonly id: number; readonly expireAtMs: number }>
  readonly rankedBelow: Statement<[rank: number, ...Limit], Candidate>
  readonly victims: Statement<[spareId: number, ...Limit], Candidate>

  readonly tagVersion: Statement<[name: string], { readonly version: number | null; readonly floor: number }>
  readonly markTag: Statement<[version: number, name: string], never>
  readonly nextMarker: Statement<[after: number], { readonly version: number; readonly name: string }>
  readonly markersUpTo: Statement<[version: number, ...Limit], { readonly version: number | null }>
  readonly dropMarkers: Statement<[version: number], never>
  readonly insertTag: Statement<[tag: string, tagEpoch: number, id: number], never>
  readonly deleteTag: Statement<[tag: string, tagEpoch: number, id: number], never>
  readonly taggedBefore: Statement<
    [tag: string, version: number, ...Limit],
    { readonly id: number; readonly tagEpoch: number }
  >

  readonly insertLease: Statement<
    [key: string, token: string, mode: LeaseMode | 'write', untilMs: number, epoch: number],
    never
  >
  readonly findLease: Statement<[key: string, token: string], { readonly untilMs: number; readonly epoch: number }>
  readonly exclusiveLeases: Statement<Key, { readonly token: string; readonly untilMs: number }>
  readonly renewLease: Statement<[untilMs: number, key: string, token: string, nowMs: number], never>
  readonly deleteLease: Statement<[key: string, token: string], never>
  readonly voidLeases: Statement<Key, never>
  readonly voidLoads: Statement<[key: string, otherThan: string], never>
  readonly voidBefore: Statement<[key: string, sameKey: string, token: string], never>
  readonly voidAllLeases: Statement<[], never>
  readonly leasedKeys: Statement<[...Range, ...Limit], { readonly key: string }>
  readonly dropEndedLeases: Statement<[nowMs: number, ...Limit], never>
  readonly oldestLease: Statement<[], { readonly epoch: number | null }>
}

/** Of the file as this connection sees it now. NaN, which is no other's: it cannot be told. */
export function versionOf({ dataVersion }: Statements): number {
  return dataVersion.get()?.data_version ?? Number.NaN
}

export function prepareStatements(database: Database, eviction: Eviction): Statements {
  const prepare = <Parameters extends unknown[], Row>(sql: string): Statement<Parameters, Row> =>
    database.prepare<Parameters, Row>(sql)
  // Scalar subqueries: joining the one row of counters made a get three times as dear (SQLite 3.54).
  const marks = `(SELECT epoch FROM stowage_meta_v1) AS currentEpoch, (SELECT floor FROM stowage_meta_v1) AS floor,
    (SELECT cleared FROM stowage_meta_v1) AS cleared`
  const written = WRITTEN.split(', ')
  const assigned = written.map((name) => `${name} = ?`).join(', ')
  const order = eviction === 'lfu' ? 'uses, rank' : 'rank'
  return {
    begin: prepare('BEGIN IMMEDIATE'),
    beginView: prepare('BEGIN'),
    commit: prepare('COMMIT'),
    rollback: prepare('ROLLBACK'),
    readLedger: prepare(READ_LEDGER),
    writeLedger: prepare(WRITE_LEDGER),

    getEntry: prepare(`SELECT ${VALUE_COLUMNS}, body, ${marks} FROM stowage_entry_v1 WHERE key = ?`),
    getState: prepare(`SELECT ${STATE}, ${TIMES}, checksum, ${marks} FROM stowage_entry_v1 WHERE key = ?`),
    getValue: prepare(`SELECT ${VALUE_COLUMNS}, body FROM stowage_entry_v1 WHERE key = ?`),
    readMarks: prepare('SELECT epoch AS currentEpoch, floor, cleared FROM stowage_meta_v1 WHERE id = 1'),
    dataVersion: prepare('PRAGMA data_version'),
    findEntry: prepare(
      `SELECT ${STATE}, ${COUNTED_BYTES} AS sizeBytes, due_at_ms AS dueAtMs, ${FILE_ID} FROM stowage_entry_v1 WHERE key = ?`,
    ),
    insertEntry: prepare(`INSERT INTO stowage_entry_v1 (${WRITTEN}, key, rank, due_at_ms, uses)
      VALUES (${'?, '.repeat(written.length + 3)} 0)`),
    updateEntry: prepare(`UPDATE stowage_entry_v1 SET ${assigned} WHERE id = ?`),
    overwriteEntry: prepare(`UPDATE stowage_entry_v1 SET ${assigned} WHERE key = ?
      AND size_bytes = ? AND due_at_ms <= ? AND written < ? AND tags IS NULL AND ${IS_IN_ROW}`),
    // A damaged key is still told to listeners, as the text that is nearest to it.
    deleteEntry: prepare(`DELETE FROM stowage_entry_v1 WHERE id = ?
      RETURNING CAST(key AS TEXT) AS key, ${COUNTED_BYTES} AS sizeBytes, tags, tag_epoch AS tagEpoch, ${FILE_ID}`),
    dropEntry: prepare('DELETE FROM stowage_entry_v1 WHERE id = ?'),
    setTimes:
      prepare(`UPDATE stowage_entry_v1 SET stored_at_ms = ?, stale_at_ms = ?, error_only_at_ms = ?, expire_at_ms = ?,
      checksum = ? WHERE id = ?`),
    setDue: prepare('UPDATE stowage_entry_v1 SET due_at_ms = ? WHERE id = ?'),
    promote: prepare('UPDATE stowage_entry_v1 SET rank = max(rank, ?), uses = uses + ? WHERE id = ? AND written > ?'),
    keyOf: prepare('SELECT key FROM stowage_entry_v1 WHERE id = ?'),
    listKeys: prepare(`SELECT id, key FROM stowage_entry_v1 WHERE key >= ? AND key < ? ORDER BY key ${AT_MOST}`),
    listEntries: prepare(`SELECT key, ${STATE}, ${TIMES}, version, fingerprint, size_bytes AS sizeBytes, ${marks}
      FROM stowage_entry_v1 WHERE key >= ? AND key < ? ORDER BY key ${AT_MOST}`),
    listRecent: prepare(`SELECT key, rank, ${STATE}, ${TIMES}, version, fingerprint, size_bytes AS sizeBytes, ${marks}
      FROM stowage_entry_v1 WHERE (rank, id) < (?, ?) ORDER BY rank DESC, id DESC ${AT_MOST}`),

    dueEntries: prepare(
      `SELECT id, expire_at_ms AS expireAtMs FROM stowage_entry_v1 WHERE due_at_ms <= ? ORDER BY due_at_ms ${AT_MOST}`,
    ),
    rankedBelow: prepare(`SELECT id, rank, written FROM stowage_entry_v1 WHERE rank < ? ORDER BY rank ${AT_MOST}`),
    victims: prepare(`SELECT id, rank, written FROM stowage_entry_v1 WHERE id <> ? ORDER BY ${order} ${AT_MOST}`),

    tagVersion: prepare(`SELECT (SELECT version FROM stowage_tag_v1 WHERE name = ?) AS version, floor
      FROM stowage_meta_v1 WHERE id = 1`),
    markTag: prepare('INSERT OR REPLACE INTO stowage_tag_v1 (version, name) VALUES (?, ?)'),
    nextMarker: prepare('SELECT version, name FROM stowage_tag_v1 WHERE version > ? ORDER BY version LIMIT 1'),
    markersUpTo: prepare(`SELECT max(version) AS version FROM
      (SELECT version FROM stowage_tag_v1 WHERE version <= ? ORDER BY version ${AT_MOST})`),
    dropMarkers: prepare('DELETE FROM stowage_tag_v1 WHERE version <= ?'),
    insertTag: prepare('INSERT OR IGNORE INTO stowage_entry_tag_v1 (tag, tag_epoch, entry_id) VALUES (?, ?, ?)'),
    deleteTag: prepare('DELETE FROM stowage_entry_tag_v1 WHERE tag = ? AND tag_epoch = ? AND entry_id = ?'),
    taggedBefore: prepare(`SELECT entry_id AS id, tag_epoch AS tagEpoch FROM stowage_entry_tag_v1
      WHERE tag = ? AND tag_epoch < ? ${AT_MOST}`),

    insertLease: prepare('INSERT INTO stowage_lease_v1 (key, token, mode, until_ms, epoch) VALUES (?, ?, ?, ?, ?)'),
    findLease: prepare('SELECT until_ms AS untilMs, epoch FROM stowage_lease_v1 WHERE key = ? AND token = ?'),
    exclusiveLeases: prepare(`SELECT token, until_ms AS untilMs FROM stowage_lease_v1
      WHERE key = ? AND mode = 'exclusive'`),
    renewLease: prepare('UPDATE stowage_lease_v1 SET until_ms = ? WHERE key = ? AND token = ? AND until_ms > ?'),
    deleteLease: prepare('DELETE FROM stowage_lease_v1 WHERE key = ? AND token = ?'),
    voidLeases: prepare('DELETE FROM stowage_lease_v1 WHERE key = ?'),
    voidLoads: prepare("DELETE FROM stowage_lease_v1 WHERE key = ? AND token <> ? AND mode <> 'write'"),
    // A new row has the greatest id there is.
    voidBefore: prepare(`DELETE FROM stowage_lease_v1 WHERE key = ? AND
      (mode <> 'write' OR id <= (SELECT id FROM stowage_lease_v1 WHERE key = ? AND token = ?))`),
    voidAllLeases: prepare('DELETE FROM stowage_lease_v1'),
    leasedKeys: prepare(`SELECT DISTINCT key FROM stowage_lease_v1 WHERE key >= ? AND key < ? ORDER BY key ${AT_MOST}`),
    dropEndedLeases: prepare(`DELETE FROM stowage_lease_v1 WHERE id IN
      (SELECT id FROM stowage_lease_v1 WHERE until_ms <= ? ORDER BY until_ms ${AT_MOST})`),
    oldestLease: prepare('SELECT min(epoch) AS epoch FROM stowage_lease_v1'),
  }
}
