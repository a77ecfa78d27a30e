/**
 * The file of spaces: beside that of the cache, `<path>.spaces`, begun when a structure first asks for it. A file of its own,
 * because a damaged cache is set aside and begun anew, which no queue may be; because the cache's limits count its file; and because
 * who writes to the one does not wait for who writes to the other. Damage is told with every call, and left to its owner.
 */
import { statSync } from 'node:fs'
import { ConfigError, messageOf } from '@stowage/core'
import Sqlite from 'better-sqlite3'
import { isDamage } from '../damage.ts'
import type { Database } from '../database.ts'
import { identityOf } from '../file-identity.ts'
import { KeptFile } from '../kept-file.ts'
import { clearLeftovers } from '../leftovers.ts'
import { configure, createPrivately, type OpenedFile, stopWaitingInside } from '../open-database.ts'
import type { SqlitePlan } from '../options.ts'
import { preparePlace } from '../place.ts'
import { asPathFault, requireNode } from '../refusal.ts'

const VERSION = 1
const OPEN_PATIENCE_MS = 5_000
const TABLE_COUNT = 2
const TABLES = `
CREATE TABLE IF NOT EXISTS spaces_space_v1 (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS spaces_record_v1 (
  space_id INTEGER NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, move_count INTEGER NOT NULL, value NOT NULL,
  PRIMARY KEY (space_id, key)
) WITHOUT ROWID`

/** @param path of the cache, or of its first shard */
export function spacesPath(path: string): string {
  return `${path}.spaces`
}

export type SpacePlan = Pick<SqlitePlan, 'path' | 'durability' | 'maxBytes' | 'networkFilesystem' | 'begin'>

/** @param plan that of the file itself. @throws ConfigError for a place that is not fit, or a file of something else */
export function openSpaceFile(plan: SpacePlan): OpenedFile {
  requireNode()
  try {
    if (plan.begin === 'refuse' && statSync(plan.path, { throwIfNoEntry: false }) === undefined) {
      throw new ConfigError(
        `path: there are no spaces at '${plan.path}', and none are to be begun (begin: 'refuse'); allowed: a cache that has some, or begin: 'allow'`,
      )
    }
    preparePlace(plan)
    clearLeftovers(plan.path)
    if (plan.begin === 'allow') createPrivately(plan.path)
    return attach(plan)
  } catch (thrown) {
    throw asPathFault(plan.path, asDamage(plan.path, thrown))
  }
}

function attach(plan: SpacePlan): OpenedFile {
  const file = identityOf(plan.path)
  const database = new Sqlite(plan.path, { timeout: OPEN_PATIENCE_MS, fileMustExist: true })
  try {
    const isBegun = holdsTables(database, plan.path)
    configure(database, plan)
    // What is begun asks for no lock: whoever holds it would hold up the event loop here.
    if (!isBegun) database.exec(`BEGIN IMMEDIATE; ${TABLES}; COMMIT`)
    stopWaitingInside(database)
    return { database, kept: new KeptFile(plan.path, file) }
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

/** @returns false where there are none, or not all of them, yet. @throws ConfigError for a file of something else */
function holdsTables(database: Database, path: string): boolean {
  const tables = database
    .prepare<[], { readonly name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all()
  const versions = tables.map(({ name }) => Number(/^spaces_.*_v(\d+)$/.exec(name)?.[1] ?? 0))
  if (versions.every((version) => version === VERSION)) return tables.length === TABLE_COUNT
  const newest = Math.max(...versions)
  const what = newest > VERSION ? `spaces of format ${newest}; this version reads format ${VERSION}` : 'something else'
  throw new ConfigError(`path: '${path}' holds ${what}; allowed: a new file, or the spaces of a Stowage cache`)
}

function asDamage(path: string, thrown: unknown): unknown {
  if (!isDamage(thrown)) return thrown
  return new Error(
    `the spaces in '${path}' are damaged (${messageOf(thrown)}): put a copy in their place, or move the file away to begin anew`,
    { cause: thrown },
  )
}
