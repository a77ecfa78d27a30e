/**
 * On what filesystem a folder lies, as far as it matters: whether a holder of the lock lives is found out by asking this machine,
 * and renames and links must hold for every process at once, which no filesystem promises whose users may sit on several machines.
 *
 * Linux tells the kind of each filesystem by a number (statfs(2), linux/magic.h). macOS and Windows do not; there only a
 * path that names a server (`\\server\share`) is recognised.
 */
import { statfsSync } from 'node:fs'
import { ConfigError } from '@stowage/core'
import { codeOf } from './file-error.ts'

/**
 * FUSE and 9p as well: what stands behind them cannot be told, mostly another machine (sshfs, buckets, virtual machines'
 * shared folders).
 */
const NETWORK_KINDS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0xaad7aaea, 'PanFS'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x786f4256, 'VirtualBox shared folder'],
  [0xbacbacbc, 'VMware shared folder'],
])

/** What filesystems without hard links answer to one: FAT, exFAT and some that are shared with a host. EISDIR is Windows' word for it. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR'])

/** A share of another machine, in Windows' way of naming it; `\\?\` and `\\.\` begin names of local things. */
const SERVER_PATH = /^[\\/]{2}[^\\/?.]/

/** The system's number for the kind of filesystem that an existing folder is on. */
export function kindOf(folder: string): number {
  return statfsSync(folder).type >>> 0
}

/** @throws ConfigError when a filesystem of that kind is one of the network. */
export function requireLocal(path: string, kind: number): void {
  const name = NETWORK_KINDS.get(kind) ?? (process.platform === 'win32' && SERVER_PATH.test(path) ? 'SMB' : undefined)
  if (name === undefined) return
  throw new ConfigError(
    `directory: '${path}' is on a network filesystem (${name}), where names are not exchanged as on a disk and processes of other machines cannot be told from dead ones; allowed: a local disk, or networkFilesystem: 'allow' where you know that all processes are on one machine`,
  )
}

/** What to throw where a cache could not be opened: the lock is a hard link, which not every filesystem has. */
export function refusalOfLinks(path: string, thrown: unknown): unknown {
  const isOfLink = thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'link'
  if (!isOfLink || !NO_LINKS.has(codeOf(thrown))) return thrown
  return new ConfigError(
    `directory: '${path}' is on a filesystem that makes no hard links, by which processes agree who writes; allowed: one that does, as ext4, XFS, Btrfs, APFS and NTFS do`,
    { cause: thrown },
  )
}
