/**
 * What happens to a file that is no cache any more: it keeps its content under another name, for whoever wants to look,
 * and the process is warned once. Nothing of it is ever served again.
 */
import { renameSync, statSync } from 'node:fs'
import { messageOf, systemClock } from '@stowage/core'
import { isMissing } from './file-error.ts'

/** The log goes first: a log left beside a new file would be replayed into it. */
const PARTS = ['-values', '-wal', '-shm', ''] as const

/**
 * Renames the file and its log, unless another process has already put a new file (another inode) in its place; several
 * may meet the damage at once, and what one of them has moved the others leave.
 *
 * @throws what renaming throws
 */
export function setAside(path: string, inode: number, reason: unknown): void {
  const aside = `${path}.corrupt-${systemClock.nowMs()}`
  for (const part of PARTS) {
    if (statSync(path, { throwIfNoEntry: false })?.ino !== inode) return
    renameIfThere(path + part, aside + part)
  }
  warn(`cache file '${path}' is damaged (${messageOf(reason)}); it was moved to '${aside}' and a new one begun`)
}

/** @param failed what renaming threw */
export function warnThatItStays(path: string, reason: unknown, failed: unknown): void {
  warn(
    `cache file '${path}' is damaged (${messageOf(reason)}) and could not be moved away (${messageOf(failed)}): remove it; until then what it holds is loaded anew each time`,
  )
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'StowageWarning', code: 'STOWAGE_SQLITE_SET_ASIDE' })
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
  }
}
