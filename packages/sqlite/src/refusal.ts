/** What cannot be a cache file, said before anything is touched: too old a Node, a path that leads nowhere, another file. */
import { closeSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { ConfigError } from '@stowage/core'
import { isMissing } from './file-error.ts'

/** better-sqlite3 ends the whole process on older ones. */
const OLDEST_NODE = { major: 22, minor: 18 }

/** How every SQLite file begins (https://www.sqlite.org/fileformat.html, 1.3.1). */
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1')
/** A damaged beginning is still one: as many bytes of it as this are chance in no other file. */
const RECOGNISED_BYTES = 8

/** @throws ConfigError when this Node cannot load the driver. */
export function requireNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const { major: oldest, minor: oldestMinor } = OLDEST_NODE
  if (major > oldest || (major === oldest && minor >= oldestMinor)) return
  throw new ConfigError(`sqliteBackend: Node ${version} is too old; allowed: ${oldest}.${oldestMinor} or later`)
}

/** What opening the path threw, as the user's mistake that it is; anything else as it is. */
export function asPathFault(path: string, thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (
    !/^(SQLITE_CANTOPEN|SQLITE_READONLY|EEXIST|ENOTDIR|EISDIR|ERR_FS_EISDIR|EACCES|EPERM|EROFS|ENOENT|ELOOP|ENAMETOOLONG)/.test(
      code,
    )
  )
    return thrown
  const why = thrown instanceof Error ? thrown.message : code
  return new ConfigError(
    `path: '${path}' cannot be opened (${why}); allowed: a file in a folder this user can write to`,
    {
      cause: thrown,
    },
  )
}

/** How cache files are called. Under such a name a file without any trace of SQLite is taken for a wreck of one, unless it is text. */
const CACHE_NAME = /^[^.][^.]*\.(db3?|sqlite3?|cache|stowage)(\.shard-\d+)?$/
/** As far as a file is looked at. */
const HEAD_BYTES = 4_096

/**
 * Whether a file that is no database is a damaged one, to be set aside, rather than somebody's `.env` or `package.json`,
 * which a wrong path must not move away: because it begins as SQLite files do, give or take some damage, or with nothing but
 * zeros, as a file whose first page was never written; or because it is called as caches are and is not text. Only asked
 * when the file cannot be used anyway. One that has gone since was: another that met the damage has set it aside.
 */
export function wasDatabase(path: string): boolean {
  const file = openIfThere(path)
  if (file === undefined) return true
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const length = readSync(file, head, 0, head.length, 0)
    const beginning = head.subarray(0, MAGIC.length)
    if (length === 0 || beginning.every((byte) => byte === 0)) return true
    if (MAGIC.filter((byte, at) => beginning[at] === byte).length >= RECOGNISED_BYTES) return true
    return CACHE_NAME.test(basename(path)) && head.subarray(0, length).includes(0)
  } finally {
    closeSync(file)
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw thrown
  }
}
