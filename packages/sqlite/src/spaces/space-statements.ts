/** Every statement on the file of spaces, prepared once. Keys compare as UTF-8 bytes (SQLite's BINARY collation). */
import type { SpaceValue } from '@stowage/core'
import type { Database, Statement } from '../database.ts'

export interface SpaceRow {
  readonly id: number
  readonly version: number
  readonly told: number
}

interface RecordRow {
  readonly key: string
  readonly value: SpaceValue
  readonly version: number
  readonly moveCount: number
}

type Range = [spaceId: number, from: string, to: string | null, limit: number]

export interface SpaceStatements {
  readonly begin: Statement<[], unknown>
  readonly beginRead: Statement<[], unknown>
  readonly commit: Statement<[], unknown>
  readonly rollback: Statement<[], unknown>
  readonly space: Statement<[name: string], SpaceRow>
  readonly addSpace: Statement<[name: string], unknown>
  readonly names: Statement<[], { readonly name: string }>
  readonly mark: Statement<[version: number, told: number, id: number], unknown>
  readonly record: Statement<[spaceId: number, key: string], RecordRow>
  readonly forward: Statement<Range, RecordRow>
  readonly backward: Statement<Range, RecordRow>
  readonly count: Statement<[spaceId: number, from: string, to: string | null], { readonly count: number }>
  readonly put: Statement<
    [spaceId: number, key: string, version: number, moveCount: number, value: SpaceValue],
    unknown
  >
  readonly delete: Statement<[spaceId: number, key: string], unknown>
  readonly drop: Statement<[spaceId: number], unknown>
  readonly dataVersion: Statement<[], { readonly data_version: number }>
}

const RECORD = 'SELECT key, value, version, move_count AS moveCount FROM spaces_record_v1'
const IN_RANGE = "WHERE space_id = ? AND key >= ? AND key < coalesce(?, x'ff')"

export function prepareSpaceStatements(database: Database): SpaceStatements {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    beginRead: database.prepare('BEGIN'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    space: database.prepare('SELECT id, version, told FROM spaces_space_v1 WHERE name = ?'),
    addSpace: database.prepare('INSERT INTO spaces_space_v1 (name, version, told) VALUES (?, 0, 0)'),
    names: database.prepare('SELECT name FROM spaces_space_v1 WHERE version > 0 ORDER BY name'),
    mark: database.prepare('UPDATE spaces_space_v1 SET version = ?, told = ? WHERE id = ?'),
    record: database.prepare(`${RECORD} WHERE space_id = ? AND key = ?`),
    forward: database.prepare(`${RECORD} ${IN_RANGE} ORDER BY key LIMIT ?`),
    backward: database.prepare(`${RECORD} ${IN_RANGE} ORDER BY key DESC LIMIT ?`),
    count: database.prepare(`SELECT count(*) AS count FROM spaces_record_v1 ${IN_RANGE}`),
    put: database.prepare(
      'INSERT OR REPLACE INTO spaces_record_v1 (space_id, key, version, move_count, value) VALUES (?, ?, ?, ?, ?)',
    ),
    delete: database.prepare('DELETE FROM spaces_record_v1 WHERE space_id = ? AND key = ?'),
    drop: database.prepare('DELETE FROM spaces_record_v1 WHERE space_id = ?'),
    dataVersion: database.prepare('PRAGMA data_version'),
  }
}
