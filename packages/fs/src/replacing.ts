/**
 * Putting a written file in the place of an entry, and taking an entry out. Only the holder of the lock does either.
 *
 * A rename over an existing file makes ext4 write the new one out at once (auto_da_alloc), 4 to 15 times the price of a write that
 * the system gets round to later. So the old file is moved aside first, `<name>.old`, and removed when the new one is there. Readers
 * that come in between find it under that name (entry-reading.ts).
 *
 * A crash in between leaves the old file under either name. It goes before the entry itself does, always: else it would
 * come to light when the entry has gone.
 */
import { existsSync, lstatSync, renameSync, rmdirSync, rmSync, type Stats, unlinkSync } from 'node:fs'
import { codeOf } from './file-error.ts'
import { OLD_SUFFIX } from './layout.ts'

/** What is at the path of an entry. */
export function statEntry(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

/** @param found what is there now, as {@link statEntry} says. */
export function replaceEntry(path: string, found: Stats | undefined, written: string): void {
  const old = path + OLD_SUFFIX
  if (found === undefined) {
    renameSync(written, path)
    if (existsSync(old)) unlinkSync(old)
    return
  }
  if (!found.isFile()) removeAnything(path)
  else renameSync(path, old)
  try {
    renameSync(written, path)
  } catch (thrown) {
    if (found.isFile()) renameSync(old, path)
    throw thrown
  }
  if (found.isFile()) unlinkSync(old)
}

/** @returns whether something was there. */
export function removeEntry(path: string): boolean {
  const old = path + OLD_SUFFIX
  if (existsSync(old)) unlinkSync(old)
  try {
    unlinkSync(path)
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
