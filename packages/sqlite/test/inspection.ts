/** Looks into a cache file, or changes it, on a connection of its own, past the backend. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect } from 'vitest'
import { parseTags } from '../src/tag-index.ts'

interface EntryRow {
  readonly id: number
  readonly tags: string | null
  readonly tag_epoch: number
}

export function rowCount(path: string, table: 'entry' | 'entry_tag' | 'tag' | 'lease' | 'file'): number {
  return inspected(path, (database) =>
    Number(database.prepare(`SELECT count(*) FROM stowage_${table}_v1`).pluck().get()),
  )
}

/** Names of the files in which values are, in order. */
export function valueFiles(path: string): readonly string[] {
  const folder = `${path}-values`
  if (!existsSync(folder)) return []
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

/** Everything that is in the tables. */
export function dump(path: string): unknown {
  return inspected(path, (database) => {
    const tables = database.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    return tables.map(({ name }) => [name, database.prepare(`SELECT * FROM ${name}`).all()])
  })
}

/** Damage, by SQL. */
export function alter(path: string, sql: string): void {
  inspected(path, (database) => {
    database.unsafeMode(true)
    database.exec(sql)
  })
}

/** What must be true of every file at every moment between two transactions. */
export function expectConsistent(path: string): void {
  inspected(path, (database) => {
    const counters = database
      .prepare('SELECT entry_count, size_bytes, lease_count, file_bytes FROM stowage_meta_v1')
      .raw()
      .all()
    const counted = database
      .prepare(
        "SELECT count(*), coalesce(sum(size_bytes), 0), (SELECT count(*) FROM stowage_lease_v1), (SELECT coalesce(sum(size_bytes), 0) FROM stowage_file_v1 WHERE state <> 'dropped') FROM stowage_entry_v1",
      )
      .raw()
      .all()
    expect(counters).toEqual(counted)
    const entries = database.prepare<[], EntryRow>('SELECT id, tags, tag_epoch FROM stowage_entry_v1').all()
    const tagged = entries.flatMap(({ id, tags, tag_epoch }) =>
      parseTags(tags).map((tag) => JSON.stringify([tag, tag_epoch, id])),
    )
    const indexed = database.prepare('SELECT tag, tag_epoch, entry_id FROM stowage_entry_tag_v1').raw().all()
    expect(indexed.map((row) => JSON.stringify(row)).sort()).toEqual(tagged.sort())
    expect(
      database.prepare('SELECT count(*) FROM stowage_entry_v1 WHERE due_at_ms > expire_at_ms').pluck().get(),
      'an entry that no sweep would find in time',
    ).toBe(0)
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
  })
}

function inspected<T>(path: string, look: (database: Sqlite.Database) => T): T {
  const database = new Sqlite(path, { timeout: 5_000 })
  try {
    return look(database)
  } finally {
    database.close()
  }
}
