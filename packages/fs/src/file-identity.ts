/**
 * Which file lies at a path, whatever it is called. Inodes beyond 2^53, as NTFS and overlays of containers have, are told apart by
 * whole numbers only: as doubles, neighbours are equal.
 */
import { type BigIntStats, lstatSync, type Stats } from 'node:fs'
import { isMissing } from './file-error.ts'

/** Made once: each get asks. */
const IF_ANY = { throwIfNoEntry: false } as const

/** What is at the path of an entry. */
export function statEntry(path: string): Stats | undefined {
  try {
    return lstatSync(path, IF_ANY)
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw thrown
  }
}

/** What is at a path, to be compared by {@link isSameFile}. */
export function statExactly(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false })
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw thrown
  }
}

export function inodeOf(path: string): bigint | undefined {
  return statExactly(path)?.ino
}

/** Whether what lies at a path is the file that is open: it may have been moved, replaced, or gone away with its folder. */
export function isSameFile(found: BigIntStats, opened: BigIntStats | undefined): boolean {
  return opened !== undefined && found.ino === opened.ino && found.dev === opened.dev
}
