/** Where a store lies on this machine: filesystem, permissions, room, clock. */
import { accessSync, constants, existsSync, type Stats, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { MAX_CLOCK_SKEW_MS } from '@stowage/core'
import { bytesText, countText, shareText, spanText } from '../amounts.ts'
import { type Finding, fault, fine, note } from './finding.ts'
import { type Mount, mountOf, nearestThere } from './mount.ts'

const OTHER_MACHINES = /^(nfs|cifs|smb|9p|fuse|afs|ceph|lustre|gpfs|beegfs|gfs2|ocfs2|vboxsf|vmhgfs|glusterfs|coda|ncp)/
const OF_MEMORY = /^(tmpfs|ramfs)$/

export function placeFindings(path: string, nowMs: number): readonly Finding[] {
  const there = nearestThere(path)
  const mount = mountOf(path)
  return [
    ...(mount === undefined ? [] : [mountFinding(mount)]),
    ...permissionFindings(path),
    ...roomFindings(roomOf(there)),
    ...(existsSync(path) ? clockFindings(statSync(path), nowMs) : []),
  ]
}

export function mountFinding({ type, point, isReadOnly }: Mount): Finding {
  const says = `${type}, mounted at ${point}`
  if (isReadOnly) return fault('filesystem', `${says}, read-only`, 'mount it for writing, or put the cache elsewhere')
  if (OTHER_MACHINES.test(type)) {
    return fault(
      'filesystem',
      `${says}: files there are another machine's`,
      "put the cache on a local disk; or networkFilesystem: 'allow', where all processes are on one machine",
    )
  }
  if (OF_MEMORY.test(type)) {
    return note('filesystem', `${says}: it is memory`, 'a disk, where entries are to survive a restart of the machine')
  }
  if (type === 'overlay') {
    return note('filesystem', `${says}: a container's own`, 'a volume, where entries are to survive the container')
  }
  return fine('filesystem', says)
}

function permissionFindings(path: string): readonly Finding[] {
  const there = nearestThere(path)
  const found = statSync(there)
  const owner = `owned by user ${found.uid}, mode ${(found.mode & 0o777).toString(8)}; this is user ${process.getuid?.() ?? 'unknown'}`
  // SQLite writes files beside the one it is told.
  const places = found.isDirectory() ? [there] : [there, dirname(there)]
  const closed = places.find((place) => !isWritable(place))
  if (closed !== undefined) {
    return [
      fault('permissions', `'${closed}' cannot be written: ${owner}`, "run as the service's user, or change the owner"),
    ]
  }
  if (there === path && (found.mode & 0o077) !== 0 && process.platform !== 'win32') {
    return [note('permissions', owner, `others on this machine may read what is cached: chmod go-rwx '${path}'`)]
  }
  return [fine('permissions', owner)]
}

function isWritable(place: string): boolean {
  try {
    accessSync(place, constants.R_OK | constants.W_OK | (statSync(place).isDirectory() ? constants.X_OK : 0))
    return true
  } catch {
    return false
  }
}

export interface Room {
  readonly freeBytes: number
  readonly wholeBytes: number
  /** Files that can still be made. */
  readonly freeFiles: number
  /** 0: the filesystem does not count them. */
  readonly allFiles: number
}

function roomOf(there: string): Room {
  const { bavail, bsize, blocks, ffree, files } = statfsSync(there)
  return { freeBytes: bavail * bsize, wholeBytes: blocks * bsize, freeFiles: ffree, allFiles: files }
}

const MUST_BE_FREE_BYTES = 100_000_000
const SHOULD_BE_FREE = 0.05

export function roomFindings({ freeBytes, wholeBytes, freeFiles, allFiles }: Room): readonly Finding[] {
  const says = `${bytesText(freeBytes)} free of ${bytesText(wholeBytes)}, ${shareText(freeBytes, wholeBytes)}`
  const todo = 'make room, or give the cache a smaller maxBytes'
  const bytes =
    freeBytes < MUST_BE_FREE_BYTES
      ? fault('disk space', says, todo)
      : freeBytes < SHOULD_BE_FREE * wholeBytes
        ? note('disk space', says, todo)
        : fine('disk space', says)
  if (allFiles === 0 || freeFiles >= SHOULD_BE_FREE * allFiles) return [bytes]
  const files = `${countText(freeFiles)} more files can be made`
  return [bytes, fault('disk space', files, 'remove files, or use sqlite, which takes a few files in all')]
}

export function clockFindings({ mtimeMs }: Pick<Stats, 'mtimeMs'>, nowMs: number): readonly Finding[] {
  const aheadMs = mtimeMs - nowMs
  if (aheadMs <= MAX_CLOCK_SKEW_MS) return [fine('clock', new Date(nowMs).toISOString())]
  const says = `${new Date(nowMs).toISOString()}; the store was written ${spanText(aheadMs)} later than that`
  return [
    fault('clock', says, 'set the clock (NTP): entries stored in the future are misses until their time has come'),
  ]
}
