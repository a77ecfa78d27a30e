/** Which file a path leads to, whatever it is called: that of another moment is the same one, or not. */
import { statSync } from 'node:fs'

export interface FileIdentity {
  readonly device: bigint
  /** Beyond 2^53, as NTFS and overlays of containers have them, doubles of neighbours are equal. */
  readonly inode: bigint
}

/** Undefined: there is no such file. */
export function identityOf(path: string): FileIdentity | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? undefined : { device: stats.dev, inode: stats.ino }
}

export function isSame(one: FileIdentity | undefined, other: FileIdentity | undefined): boolean {
  return one?.device === other?.device && one?.inode === other?.inode
}
