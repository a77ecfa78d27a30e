/**
 * Every statement on the file of spaces, prepared once. Keys compare as UTF-8 bytes (SQLite's BINARY collation). Under the empty key,
 * which no record has, stands how far the space is: among the first records of the space, and so most often on a page that is
 * written anyway.
 */
import type { SpaceValue } from '@stowage/core'
import { AT_MOST, type Database, type Statement } from '../database.ts'

/** How far a space is. */
export interface SpaceMark {
  /** Of the last commit. */
  version: number
  /** Of the last commit that was told. */
  told: number
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
  readonly space: Statement<[name: string], { readonly id: number }>
  readonly mark: Statement<[spaceId: number], SpaceMark>
  readonly addSpace: Statement<[name: string], unknown>
  readonly names: Statement<[], { readonly name: string }>
  readonly writeMark: Statement<[spaceId: number, version: number, told: number], unknown>
  readonly record: Statement<[spaceId: number, key: string], RecordRow>
  readonly version: Statement<[spaceId: number, key: string], { readonly version: number }>
  readonly forward: Statement<Range, RecordRow>
  readonly backward: Statement<Range, RecordRow>
  readonly count: Statement<[spaceId: number, from: string, to: string | null], { readonly count: number }>
  readonly put: Statement<
    [spaceId: number, key: string, version: number, moveCount: number, value: SpaceValue],
    unknown
  >
  readonly delete: Statement<[spaceId: number, key: string], unknown>
  readonly drop: Statement<[spaceId: number], unknown>
  /** How much is in a space, as far as so many records. */
  readonly weight: Statement<[spaceId: number, limit: number], { readonly records: number; readonly bytes: number }>
  readonly dataVersion: Statement<[], { readonly data_version: number }>
}

const RECORD = 'SELECT key, value, version, move_count AS moveCount FROM spaces_record_v1'
// `+?`, as in AT_MOST.
const IN_RANGE = "WHERE space_id = +? AND key >= ? AND key < coalesce(?, x'ff')"

export function prepareSpaceStatements(database: Database): SpaceStatements {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    beginRead: database.prepare('BEGIN'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    space: database.prepare('SELECT id FROM spaces_space_v1 WHERE name = ?'),
    addSpace: database.prepare('INSERT INTO spaces_space_v1 (name) VALUES (?)'),
    names: database.prepare(
      "SELECT name FROM spaces_space_v1 JOIN spaces_record_v1 ON space_id = id AND key = '' ORDER BY name",
    ),
    mark: database.prepare("SELECT version, move_count AS told FROM spaces_record_v1 WHERE space_id = ? AND key = ''"),
    writeMark: database.prepare(
      "INSERT OR REPLACE INTO spaces_record_v1 (space_id, key, version, move_count, value) VALUES (?, '', ?, ?, '')",
    ),
    record: database.prepare(`${RECORD} WHERE space_id = ? AND key = ?`),
    version: database.prepare('SELECT version FROM spaces_record_v1 WHERE space_id = ? AND key = ?'),
    forward: database.prepare(`${RECORD} ${IN_RANGE} ORDER BY key ${AT_MOST}`),
    backward: database.prepare(`${RECORD} ${IN_RANGE} ORDER BY key DESC ${AT_MOST}`),
    count: database.prepare(`SELECT count(*) AS count FROM spaces_record_v1 ${IN_RANGE}`),
    put: database.prepare(
      'INSERT OR REPLACE INTO spaces_record_v1 (space_id, key, version, move_count, value) VALUES (?, ?, ?, ?, ?)',
    ),
    delete: database.prepare('DELETE FROM spaces_record_v1 WHERE space_id = ? AND key = ?'),
    drop: database.prepare("DELETE FROM spaces_record_v1 WHERE space_id = ? AND key > ''"),
    weight: database.prepare(
      `SELECT count(*) AS records, total(octet_length(value)) AS bytes
       FROM (SELECT value FROM spaces_record_v1 WHERE space_id = +? AND key > '' ${AT_MOST})`,
    ),
    dataVersion: database.prepare('PRAGMA data_version'),
  }
}
