/**
 * Whether the place of a cache file is fit for one, decided before SQLite opens anything: a local disk, a folder in which
 * not everybody can swap files, and a file of this user's own, under one name, that nobody else can read.
 *
 * One name, because SQLite finds the log of a file by its name: a file with two names has two logs, which is the end of it
 * (https://www.sqlite.org/howtocorrupt.html, 2.5). A folder may be reached by a symbolic link, as SQLite resolves it.
 *
 * A folder of somebody else is accepted: deployed by one user and run by another is an ordinary way to live.
 */
import { chmodSync, existsSync, lstatSync, mkdirSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError } from '@stowage/core'
import { codeOf, isMissing } from './file-error.ts'
import { kindOf, requireLocal } from './filesystem.ts'
import type { SqlitePlan } from './options.ts'

/** What belongs to the file and holds its content, too. */
const PARTS = ['', '-wal', '-shm'] as const
const WRITABLE_BY_ALL = 0o002
const STICKY = 0o1000
const OF_OTHERS = 0o077

/**
 * Creates the folder where it is missing. @returns how to give back the modes of what was made private, should it be refused
 * @throws ConfigError when the place is not fit, or what the filesystem throws
 */
export function preparePlace(
  { path, networkFilesystem }: Pick<SqlitePlan, 'path' | 'networkFilesystem'>,
  kindOfFolder: typeof kindOf = kindOf,
): () => void {
  const folder = dirname(path)
  const missing = missingFolders(folder)
  if (networkFilesystem === 'refuse') requireLocal(path, kindOfFolder(dirname(missing[0] ?? path)))
  for (const each of missing) createFolder(each)
  // Windows knows no such modes.
  const uid = process.geteuid?.()
  if (uid === undefined) return () => undefined
  requireGuarded(path, folder)
  const givenBack: (() => void)[] = []
  const giveAllBack = (): void => {
    for (const giveBack of givenBack) giveBack()
  }
  try {
    for (const part of PARTS) if (isThere(path + part)) givenBack.push(keepPrivate(path + part, uid))
  } catch (thrown) {
    giveAllBack()
    throw thrown
  }
  return giveAllBack
}

/** Outermost first. */
function missingFolders(folder: string): readonly string[] {
  const missing: string[] = []
  for (let at = folder; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at)
  return missing
}

/** One by one: `recursive` never comes back below a folder such as /proc, which says of everything that it is not there (Node 24). */
function createFolder(folder: string): void {
  try {
    mkdirSync(folder, 0o700)
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw thrown
  }
}

function requireGuarded(path: string, folder: string): void {
  const { mode } = statSync(folder)
  if ((mode & WRITABLE_BY_ALL) === 0 || (mode & STICKY) !== 0) return
  throw new ConfigError(
    `path: '${path}' lies in a folder in which every user of this machine can swap files; allowed: a folder that is not writable by all (chmod o-w), or has the sticky bit (chmod +t)`,
  )
}

/** Makes it readable by its owner only, if it was not. @returns how to give it its mode back @throws ConfigError when it is an alias or somebody else's. */
function keepPrivate(path: string, uid: number): () => void {
  const stats = lstatSync(path)
  if (stats.isSymbolicLink()) throw refusedAlias(path, 'is a symbolic link')
  if (!stats.isFile()) return () => undefined
  if (stats.nlink > 1) throw refusedAlias(path, `has ${stats.nlink} names (hard links)`)
  // Root may look after the files of others; SQLite leaves them theirs.
  if (stats.uid !== uid && uid !== 0) {
    throw new ConfigError(
      `path: '${path}' belongs to another user (${stats.uid}); allowed: a file of this one (${uid})`,
    )
  }
  return tighten(path, stats)
}

function tighten(path: string, { mode }: Stats): () => void {
  if ((mode & OF_OTHERS) === 0) return () => undefined
  const giveBack = (): void => {
    // A log goes with the last who has the file open.
    if (isThere(path)) chmodSync(path, mode & 0o777)
  }
  chmodSync(path, mode & 0o700)
  if ((statSync(path).mode & OF_OTHERS) === 0) return giveBack
  throw new ConfigError(
    `path: '${path}' stays readable by others; allowed: a file that can be made private (chmod 600)`,
  )
}

function refusedAlias(path: string, why: string): ConfigError {
  return new ConfigError(
    `path: '${path}' ${why}, and one file under two names would have two logs; allowed: the one name that all processes use`,
  )
}

function isThere(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch (thrown) {
    if (isMissing(thrown)) return false
    throw thrown
  }
}
