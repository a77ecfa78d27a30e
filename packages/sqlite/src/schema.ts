/**
 * What is in the file: the tables, and whether a file found at a path holds them.
 *
 * The version is part of every table's name, so that a file of another version is recognised by its schema alone. The
 * schema found must be the schema written here to the letter; anything else is damage, or somebody else's database.
 */
import { ConfigError } from '@stowage/core'
import { DamagedFileError } from './damage.ts'
import type { Database } from './database.ts'
import type { Eviction } from './options.ts'

const VERSION = 1

/**
 * `body` comes last: the other columns can be read without the pages a long body overflows to. A number stands for the
 * value file of that number.
 */
const TABLES: Readonly<Record<string, string>> = {
  stowage_meta_v1: `CREATE TABLE stowage_meta_v1 (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  tick INTEGER NOT NULL, epoch INTEGER NOT NULL, floor INTEGER NOT NULL, reclaimed INTEGER NOT NULL,
  cleared INTEGER NOT NULL, entry_count INTEGER NOT NULL, size_bytes INTEGER NOT NULL, lease_count INTEGER NOT NULL,
  file_bytes INTEGER NOT NULL, pinned_until_ms INTEGER NOT NULL
)`,
  stowage_entry_v1: `CREATE TABLE stowage_entry_v1 (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,
  rank REAL NOT NULL, uses INTEGER NOT NULL, due_at_ms INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
  stored_at_ms INTEGER NOT NULL, stale_at_ms INTEGER NOT NULL, error_only_at_ms INTEGER NOT NULL,
  expire_at_ms INTEGER NOT NULL, sliding_ms INTEGER,
  written INTEGER NOT NULL, tag_epoch INTEGER NOT NULL, checksum INTEGER NOT NULL,
  tags TEXT, version TEXT, fingerprint TEXT, format TEXT NOT NULL, body NOT NULL
)`,
  stowage_entry_tag_v1: `CREATE TABLE stowage_entry_tag_v1 (
  tag TEXT NOT NULL, tag_epoch INTEGER NOT NULL, entry_id INTEGER NOT NULL,
  PRIMARY KEY (tag, tag_epoch, entry_id)
) WITHOUT ROWID`,
  stowage_tag_v1: `CREATE TABLE stowage_tag_v1 (version INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)`,
  stowage_lease_v1: `CREATE TABLE stowage_lease_v1 (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, token TEXT NOT NULL, mode TEXT NOT NULL,
  until_ms INTEGER NOT NULL, epoch INTEGER NOT NULL, UNIQUE (key, token)
)`,
  stowage_file_v1: `CREATE TABLE stowage_file_v1 (
  id INTEGER PRIMARY KEY, state TEXT NOT NULL, kind TEXT NOT NULL, size_bytes INTEGER NOT NULL,
  entry_id INTEGER, pid INTEGER NOT NULL, since_ms INTEGER NOT NULL
)`,
  stowage_entry_v1_rank: 'CREATE INDEX stowage_entry_v1_rank ON stowage_entry_v1 (rank)',
  stowage_entry_v1_due: 'CREATE INDEX stowage_entry_v1_due ON stowage_entry_v1 (due_at_ms)',
  stowage_lease_v1_until: 'CREATE INDEX stowage_lease_v1_until ON stowage_lease_v1 (until_ms)',
  stowage_file_v1_unkept:
    "CREATE INDEX stowage_file_v1_unkept ON stowage_file_v1 (state, since_ms) WHERE state <> 'kept'",
}

/** Only files that have ever been opened with `eviction: 'lfu'` pay for it. */
const LFU_INDEX = 'CREATE INDEX IF NOT EXISTS stowage_entry_v1_uses ON stowage_entry_v1 (uses, rank)'

interface SchemaRow {
  readonly type: string
  readonly name: string
  readonly sql: string | null
}

/**
 * Whether the file is a Stowage cache of this version; false: it is empty.
 * @throws ConfigError when it is a newer one or somebody else's, DamagedFileError when it is not as it was written.
 */
export function holdsSchema(database: Database, path: string): boolean {
  const rows = database.prepare<[], SchemaRow>('SELECT type, name, sql FROM sqlite_schema').all()
  const tables = rows.filter(({ type, name }) => type === 'table' && !name.startsWith('sqlite_'))
  if (tables.length === 0) return false
  const versions = tables.map(({ name }) => /^stowage_.*_v(\d+)$/.exec(name)?.[1])
  const newest = Math.max(0, ...versions.map((version) => Number(version ?? 0)))
  if (newest > VERSION) {
    throw new ConfigError(
      `path: '${path}' holds a Stowage cache of format ${newest}; this version of @stowage/sqlite reads format ${VERSION}: upgrade it, or give another path`,
    )
  }
  if (newest === 0) {
    throw new ConfigError(
      `path: '${path}' is a SQLite database of something else; allowed: a new file, or a Stowage cache`,
    )
  }
  const found = new Map(rows.map(({ name, sql }) => [name, sql]))
  const wrong = Object.keys(TABLES).find((name) => found.get(name) !== TABLES[name])
  if (wrong !== undefined) throw new DamagedFileError(`schema of ${wrong} is not the one that was written`)
  return true
}

/** Call within a write transaction, in an empty file. */
export function createSchema(database: Database): void {
  for (const sql of Object.values(TABLES)) database.exec(sql)
  database.exec('INSERT INTO stowage_meta_v1 VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)')
}

/** Adds what the eviction policy needs beyond the tables. */
export function createPolicyIndex(database: Database, eviction: Eviction): void {
  if (eviction === 'lfu') database.exec(LFU_INDEX)
}
