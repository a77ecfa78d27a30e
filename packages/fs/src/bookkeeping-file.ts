/**
 * Names of the cache's own bookkeeping under which something else may lie: a link, a folder, a pipe, a socket, a device. It is never followed,
 * read or waited for, as damage is: a folder is moved aside with all that is in it, anything else goes, and the process is warned.
 */
import { closeSync, fstatSync, lstatSync, openSync, renameSync, unlinkSync } from 'node:fs'
import { randomText } from '@stowage/core'
import { codeOf } from './file-error.ts'
import { NO_FOLLOW, NO_WAIT } from './open-flags.ts'

/** A descriptor of the plain file at the path; undefined when there is none. */
export function openBookkeeping(path: string, flags: number): number | 'foreign' | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, flags | NO_FOLLOW | NO_WAIT)
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) return 'foreign'
    throw thrown
  }
  if (fstatSync(descriptor).isFile()) return descriptor
  closeSync(descriptor)
  return 'foreign'
}

/** Where there is to be a file. To be called within the lock: what another process has put there is not to go. */
export function clearForFile(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined || found.isFile()) return
  if (!found.isDirectory()) {
    unlinkSync(path)
    warn(`'${path}' was no file, and was removed`)
    return
  }
  // Not deleted: that may take long, and it may be somebody's.
  const aside = `${path}.${randomText(12, 'hex')}.aside`
  renameSync(path, aside)
  warn(`'${path}' was a folder, and was moved to '${aside}'; a check with repair deletes it`)
}

/**
 * Where there is to be a folder. One that another process makes meanwhile stays: folders are not unlinked.
 * @returns whether anything went
 */
export function clearForFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined || found.isDirectory()) return false
  try {
    unlinkSync(path)
  } catch (thrown) {
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false) throw thrown
    return false
  }
  warn(`'${path}' was no folder, and was removed`)
  return true
}

function warn(message: string): void {
  process.emitWarning(`cache: ${message}`, { type: 'StowageWarning', code: 'STOWAGE_FS_SET_ASIDE' })
}
