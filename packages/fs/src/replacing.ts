/**
 * Putting a written file in the place of an entry, and taking an entry out. Only the holder of the lock does either.
 *
 * A rename over an existing file makes ext4 write the new one out at once (auto_da_alloc), 4 to 15 times the price of a write that
 * the system gets round to later. So the old file is moved aside first, `<name>.old`, and emptied or removed when the new one is there
 * (spares.ts). Readers that come in between find it under that name (entry-reading.ts).
 *
 * A crash in between leaves the old file under either name, and whoever clears up puts it back where the new one never arrived
 * (recount.ts). So one with content goes before the entry itself does, always: else it would come to light when the entry has gone.
 */
import { mkdirSync, renameSync, rmdirSync, rmSync, type Stats, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { clearForFolder } from './bookkeeping-file.ts'
import { codeOf, isMissing } from './file-error.ts'
import { statEntry } from './file-identity.ts'
import { OLD_SUFFIX } from './layout.ts'
import { isReusable, type Spares } from './spares.ts'

/** @param found what is there now, as {@link statEntry} says. */
export function replaceEntry(path: string, found: Stats | undefined, written: string, spares: Spares): void {
  const old = path + OLD_SUFFIX
  if (found === undefined) {
    renameIntoFolder(written, path)
    removeLeftover(old)
    return
  }
  if (!found.isFile()) removeAnything(path)
  else moveAside(path, old)
  try {
    renameSync(written, path)
  } catch (thrown) {
    if (found.isFile()) renameSync(old, path)
    throw thrown
  }
  if (found.isFile()) spares.keep(old, found)
}

function moveAside(path: string, old: string): void {
  try {
    renameSync(path, old)
  } catch (thrown) {
    if (!statEntry(old)?.isDirectory()) throw thrown
    removeAnything(old)
    renameSync(path, old)
  }
}

/** The folder may not be there: a file that is written again comes from another one. */
function renameIntoFolder(written: string, path: string): void {
  try {
    renameSync(written, path)
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
    makeFolder(dirname(path))
    renameSync(written, path)
  }
}

/** Of a shard. */
export function makeFolder(folder: string): void {
  for (const each of [dirname(folder), folder]) clearForFolder(each)
  mkdirSync(folder, { mode: 0o700, recursive: true })
}

/**
 * @param spares where the file may be kept to be written again; undefined: it goes
 * @returns whether something was there
 */
export function removeEntry(path: string, spares: Spares | undefined): boolean {
  const old = path + OLD_SUFFIX
  removeLeftover(old)
  try {
    const found = spares === undefined || spares.isFull ? undefined : statEntry(path)
    if (spares !== undefined && found !== undefined && isReusable(found) && statEntry(old) === undefined) {
      renameSync(path, old)
      spares.keep(old, found)
    } else unlinkSync(path)
    return true
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    // A folder in the place of a file.
    if (code !== 'EISDIR' && code !== 'EPERM') throw thrown
    removeAnything(path)
    return true
  }
}

/** What a crash left of a replacement; an empty one is a spare. */
function removeLeftover(old: string): void {
  const stats = statEntry(old)
  if (stats === undefined || (stats.isFile() && stats.size === 0)) return
  removeAnything(old)
}

export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw thrown
  }
}

/** Does not follow links. */
export function removeAnything(path: string): void {
  rmSync(path, { recursive: true, force: true })
}
