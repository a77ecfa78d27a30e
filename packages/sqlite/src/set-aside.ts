/**
 * What happens to a file that is no cache any more: it keeps its content under another name, for whoever wants to look,
 * and the process is warned once. Nothing of it is ever served again.
 */
import { existsSync, renameSync, statSync } from 'node:fs'
import { systemClock } from '@stowage/core'

/** The log goes first: a log left beside a new file would be replayed into it. */
const PARTS = ['-values', '-wal', '-shm', ''] as const

/** Renames the file and its log, unless another process has already put a new file (another inode) in its place. */
export function setAside(path: string, inode: number, reason: unknown): void {
  if (!existsSync(path) || statSync(path).ino !== inode) return
  const aside = `${path}.corrupt-${systemClock.nowMs()}`
  for (const part of PARTS) if (existsSync(path + part)) renameSync(path + part, aside + part)
  process.emitWarning(
    `cache file '${path}' is damaged (${reason instanceof Error ? reason.message : String(reason)}); it was moved to '${aside}' and a new one begun`,
    {
      type: 'StowageWarning',
      code: 'STOWAGE_SQLITE_SET_ASIDE',
    },
  )
}
