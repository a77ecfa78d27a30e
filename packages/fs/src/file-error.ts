/** What the filesystem threw, by the system's own names. */
import { constants } from 'node:os'

/** E.g. `ENOENT`; undefined for what is no error of the system. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}

/** Whether the disk is full, or this user's share of it. */
export function isNoSpace(thrown: unknown): boolean {
  return codeOf(thrown) === 'ENOSPC' || isOverQuota(thrown)
}

/** Node has no name for it. */
function isOverQuota(thrown: unknown): boolean {
  return thrown instanceof Error && 'errno' in thrown && thrown.errno === -constants.errno.EDQUOT
}

/** Whether no file may be so long, of this process (`ulimit -f`) or on this filesystem, however much room there is. */
export function isTooLong(thrown: unknown): boolean {
  return codeOf(thrown) === 'EFBIG'
}

/** Whether this file cannot be read, others perhaps: a bad place of the disk, or rights that were taken away. */
export function isUnreadable(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return code === 'EIO' || code === 'EACCES'
}

/** Whether nothing is there, nor may be: its folder is missing, or is none. */
export function isMissing(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP'
}
