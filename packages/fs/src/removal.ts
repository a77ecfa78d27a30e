/** Deleting a key, and discarding the very entry that was seen. */
import type { Lease } from '@stowage/core'
import { FOREIGN_FILE, readHead } from './entry-reading.ts'
import { type Asked, holds, liveHead, takeOut, voidLeases } from './entry-steps.ts'
import type { Turn } from './holding.ts'
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
