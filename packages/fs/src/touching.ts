/**
 * Giving an entry other instants: they and the checks that cover them are the beginning of its file, and only that is written. A file with a
 * second name is that of a copy of the folder as well, made of links, which keeps it as it is: here the entry gets its own.
 */
import { closeSync, constants, copyFileSync, fsyncSync, futimesSync, openSync, readSync, writeSync } from 'node:fs'
import { type EntryTimes, isSameLife, packTimes, RECORD_TIMES_AT, type StoredEntry } from '@stowage/core'
import { withDiskSpace } from './disk-space.ts'
import { syncContent, syncShard } from './disk-sync.ts'
import { countedBytes, PRELUDE_BYTES, type Prelude, packPrelude, SEALED_BYTES } from './entry-file.ts'
import { type Asked, liveHead, voidLeases } from './entry-steps.ts'
import { statEntry } from './file-identity.ts'
import type { Turn } from './holding.ts'
import type { Place } from './layout.ts'
import { NO_FOLLOW } from './open-flags.ts'
import { fileSeconds, nextRankMs } from './recency.ts'
import { ensureSure } from './recount.ts'
import { removeAnything, replaceEntry } from './replacing.ts'
import type { Store } from './store.ts'

interface Touching {
  readonly seen: StoredEntry
  readonly times: EntryTimes
  readonly leases: 'keep' | 'void'
}

/** Not: the entry was no more the one seen, with the life it had then. */
export type Touched = 'not' | 'in place' | 'in a file of its own'

export function touchEntry(
  store: Store,
  turn: Turn,
  { key, place, nowMs }: Asked,
  { seen, times, leases }: Touching,
): Touched {
  // A crash may have left it under another name.
  ensureSure(store, turn, place.shard)
  const head = liveHead(turn, key, place, nowMs)
  if (head === undefined || head.prelude.identity !== seen.identity || !isSameLife(head.facts, seen.facts)) return 'not'
  const touched = ensureOwnFile(store, turn, place, nowMs)
  const descriptor = openSync(place.path, constants.O_RDWR | NO_FOLLOW)
  try {
    writeSync(descriptor, withTimes(readStart(descriptor), head.prelude, times), 0, undefined, 0)
    futimesSync(descriptor, fileSeconds(times.expireAtMs), fileSeconds(nextRankMs()))
  } finally {
    closeSync(descriptor)
  }
  if (leases === 'void') voidLeases(turn, key)
  return touched
}

/** All that the check of the instants is in. */
function withTimes(start: Buffer, prelude: Prelude, times: EntryTimes): Buffer {
  start.set(packTimes(times), PRELUDE_BYTES + RECORD_TIMES_AT)
  start.set(packPrelude(prelude, start.subarray(PRELUDE_BYTES)))
  return start
}

function readStart(descriptor: number): Buffer {
  const start = Buffer.allocUnsafe(SEALED_BYTES)
  readSync(descriptor, start, 0, SEALED_BYTES, 0)
  return start
}

/** What is to be on the disk, so that the touch is. */
export async function syncTouched(store: Store, { shard, path }: Place, touched: Touched): Promise<void> {
  if (touched === 'not') return
  await syncContent(path)
  if (touched === 'in a file of its own') await syncShard(store, shard)
}

function ensureOwnFile(store: Store, turn: Turn, { shard, path }: Place, nowMs: number): Exclude<Touched, 'not'> {
  const found = statEntry(path)
  if (found === undefined || found.nlink === 1) return 'in place'
  withDiskSpace(store, turn, { bytes: countedBytes(found.size), keptPath: path, nowMs }, () => {
    const written = store.layout.tempPath(shard, found.size, store.holderId)
    try {
      copyFileSync(path, written, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      if (store.plan.durability === 'strict') bringToDisk(written)
      replaceEntry(path, found, written, store.spares)
    } catch (thrown) {
      removeAnything(written)
      throw thrown
    }
  })
  return 'in a file of its own'
}

function bringToDisk(path: string): void {
  const descriptor = openSync(path, constants.O_RDWR | NO_FOLLOW)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
