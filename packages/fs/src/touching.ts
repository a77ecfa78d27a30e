/** Giving an entry other instants: they have a place and a check of their own in its file, so nothing else is written. */
import { closeSync, constants, futimesSync, openSync, writeSync } from 'node:fs'
import { type EntryTimes, isSameLife, packTimes, RECORD_TIMES_AT, type StoredEntry } from '@stowage/core'
import { PRELUDE_BYTES } from './entry-file.ts'
import { type Asked, liveHead, voidLeases } from './entry-steps.ts'
import type { Turn } from './holding.ts'
import { fileSeconds, nextRankMs } from './recency.ts'
import { ensureSure } from './recount.ts'
import type { Store } from './store.ts'

const NO_FOLLOW: number = constants.O_NOFOLLOW ?? 0

interface Touching {
  readonly seen: StoredEntry
  readonly times: EntryTimes
  readonly leases: 'keep' | 'void'
}

/** @returns whether the entry was still the one seen, with the life it had then. */
export function touchEntry(
  store: Store,
  turn: Turn,
  { key, place, nowMs }: Asked,
  { seen, times, leases }: Touching,
): boolean {
  // A crash may have left it under another name.
  ensureSure(store, turn, place.shard)
  const head = liveHead(turn, key, place, nowMs)
  if (head === undefined || head.prelude.identity !== seen.identity || !isSameLife(head.facts, seen.facts)) return false
  const descriptor = openSync(place.path, constants.O_RDWR | NO_FOLLOW)
  try {
    writeSync(descriptor, packTimes(times), 0, undefined, PRELUDE_BYTES + RECORD_TIMES_AT)
    futimesSync(descriptor, fileSeconds(times.expireAtMs), fileSeconds(nextRankMs()))
  } finally {
    closeSync(descriptor)
  }
  if (leases === 'void') voidLeases(turn, key)
  return true
}
