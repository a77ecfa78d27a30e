/** Deleting a key, discarding the very entry that was seen, and clearing damage away. */

import { closeSync } from 'node:fs'
import type { BackendMiss, Lease, MaybePromise } from '@stowage/core'
import { unpackEntry } from './entry-file.ts'
import { FOREIGN_FILE, openEntry, READ_BYTES, readBeginning, readHead } from './entry-reading.ts'
import { type Asked, holds, liveHead, takeOut, takeOutDamaged, voidLeases } from './entry-steps.ts'
import { statEntry } from './replacing.ts'
import type { Turn } from './sections.ts'
import type { Store } from './store.ts'

/** @returns whether a live entry was there. */
export function deleteEntry(store: Store, turn: Turn, { key, place, nowMs }: Asked, lease: Lease | undefined): boolean {
  if (lease !== undefined && !holds(turn, lease, key, [], nowMs)) return false
  voidLeases(turn, key)
  const wasLive = liveHead(turn, key, place, nowMs) !== undefined
  takeOut(store, turn, place)
  return wasLive
}

/** Only while the file is still of that write. */
export function discardEntry(store: Store, turn: Turn, { place }: Pick<Asked, 'place'>, identity: unknown): void {
  const head = readHead(place.path)
  if (head !== undefined && head !== FOREIGN_FILE && head.prelude.identity === identity) takeOut(store, turn, place)
}

/**
 * What was found damaged goes, unless it has been replaced meanwhile; the lookup is a miss either way.
 * @param inode of a file that is too large to be looked at again within the lock
 */
export function discardDamaged(
  store: Store,
  { key, place, nowMs }: Asked,
  inode: number | undefined,
): MaybePromise<BackendMiss> {
  return store.sections.run(place.shard, nowMs, (turn): BackendMiss => {
    const isStill = inode === undefined ? isDamaged(key, place.path) : statEntry(place.path)?.ino === inode
    if (!isStill) return 'absent'
    takeOutDamaged(store, turn, place)
    turn.removed(key, 'undecodable')
    return 'undecodable'
  })
}

function isDamaged(key: string, path: string): boolean {
  const descriptor = openEntry(path)
  if (typeof descriptor !== 'number') return descriptor === FOREIGN_FILE
  try {
    const bytes = readBeginning(descriptor)
    return bytes.length < READ_BYTES && unpackEntry(key, bytes) === undefined
  } finally {
    closeSync(descriptor)
  }
}
