/**
 * Whether a folder is fit for a cache, decided before anything is written to it: on a local disk, this user's own, private,
 * and empty or a cache already. A folder with other things in it is never adopted, as what belongs to no entry gets deleted.
 */
import { type BigIntStats, chmodSync, existsSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError, messageOf } from '@stowage/core'
import { clearForFolder } from './bookkeeping-file.ts'
import { codeOf } from './file-error.ts'
import { kindOf, requireLocal } from './filesystem.ts'
import { takeFolder } from './folder-format.ts'
import { Layout } from './layout.ts'
import type { FsPlan } from './options.ts'
import { syncFolder } from './whole-file.ts'

const WRITABLE_BY_ALL = 0o002
const STICKY = 0o1000
const OF_OTHERS = 0o077

/**
 * Creates the folder where it is missing, and marks it.
 * @param known the folder that this process has had as its cache
 * @returns where it really is: a link that is changed later leads nowhere else
 * @throws ConfigError when the place is not fit, or what the filesystem throws
 */
export function preparePlace(
  { directory, networkFilesystem }: FsPlan,
  kindOfFolder: typeof kindOf = kindOf,
  known?: BigIntStats,
): Layout {
  const missing = missingFolders(directory)
  if (networkFilesystem === 'refuse') requireLocal(directory, kindOfFolder(existing(directory, missing)))
  for (const each of missing) createFolder(each)
  const layout = new Layout(realpathSync(directory))
  requireOwn(layout.directory)
  takeFolder(layout, known)
  keepPrivate(layout.directory)
  for (const folder of [layout.holders, layout.entries]) {
    clearForFolder(folder)
    createFolder(folder)
  }
  return layout
}

function existing(directory: string, missing: readonly string[]): string {
  const [outermost] = missing
  return outermost === undefined ? directory : dirname(outermost)
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
    if (codeOf(thrown) !== 'EEXIST') throw asPlaceFault(folder, 'made', thrown)
    if (!lstatSync(folder).isDirectory()) throw noFolder(folder)
    return
  }
  bringNameToDisk(folder)
}

/** Once for each folder, whatever the durability, as the marker (folder-format.ts). */
function bringNameToDisk(folder: string): void {
  try {
    syncFolder(dirname(folder))
  } catch (thrown) {
    // One that this user may write to, but not read.
    if (codeOf(thrown) !== 'EACCES') throw thrown
  }
}

function noFolder(path: string): ConfigError {
  return new ConfigError(`directory: '${path}' is not a folder; allowed: a folder, or a path at which there is nothing`)
}

/** That nothing can be done there is the user's mistake; a full disk and the like are as the filesystem tells them. */
export function asPlaceFault(folder: string, aim: 'made' | 'used', thrown: unknown): unknown {
  if (!/^(EACCES|EPERM|EROFS|ENOENT|ENOTDIR|ELOOP|ENAMETOOLONG)$/.test(codeOf(thrown) ?? '')) return thrown
  return new ConfigError(
    `directory: '${folder}' cannot be ${aim} (${messageOf(thrown)}); allowed: a folder where this user can write`,
    { cause: thrown },
  )
}

function requireOwn(folder: string): void {
  const uid = process.geteuid?.()
  // Windows knows no such modes.
  if (uid === undefined) return
  requireGuarded(dirname(folder), folder)
  requireGuarded(folder, folder)
  const stats = statSync(folder)
  if (!stats.isDirectory()) throw noFolder(folder)
  if (stats.uid !== uid) {
    throw new ConfigError(
      `directory: '${folder}' belongs to another user (${stats.uid}); allowed: a folder of this one (${uid})`,
    )
  }
}

/** Behind {@link takeFolder}: a folder that is refused, as it was given by mistake, keeps its mode. */
function keepPrivate(folder: string): void {
  const { mode } = statSync(folder)
  // Windows knows no such modes.
  if ((mode & OF_OTHERS) !== 0 && process.geteuid !== undefined) chmodSync(folder, mode & 0o700)
}

function requireGuarded(folder: string, directory: string): void {
  const { mode } = statSync(folder)
  if ((mode & WRITABLE_BY_ALL) === 0 || (mode & STICKY) !== 0) return
  throw new ConfigError(
    `directory: '${directory}' is, or lies in, a folder in which every user of this machine can swap files; allowed: one that is not writable by all (chmod o-w), or has the sticky bit (chmod +t)`,
  )
}
