/** The only room that takes entries out: row, tag index and counters together, whatever the reason. */
import type { RemovalCause } from '@stowage/core'
import { missOf } from './liveness.ts'
import { PAGE_BYTES } from './space.ts'
import type { Store } from './store.ts'
import { unindexTags } from './tag-index.ts'
import type { Turn } from './turn.ts'
import { isMarked } from './write-mark.ts'

/** @param cause undefined when the entry was asked for by key. @returns whether it was there. */
export function remove(
  { statements, recency, files }: Store,
  turn: Turn,
  id: number,
  cause: RemovalCause | undefined,
): boolean {
  const entry = statements.deleteEntry.get(id)
  if (entry === undefined) return false
  unindexTags(statements, entry.tags, entry.tagEpoch, id)
  if (entry.fileId !== null) files.drop(turn, entry.fileId)
  // Its number may be given to another entry.
  recency.take(id)
  turn.writtenBytes += PAGE_BYTES
  turn.ledger.entryCount--
  turn.ledger.sizeBytes -= entry.sizeBytes
  if (cause !== undefined) turn.removed(entry.key, cause)
  return true
}

/** @returns whether what was there could still be served. */
export function deleteEntry(store: Store, turn: Turn, key: string, nowMs: number): boolean {
  const { epoch, floor, cleared } = turn.ledger
  const found = store.statements.findEntry.get(key)
  if (found === undefined) return false
  const miss = missOf(store.statements, found, { currentEpoch: epoch, floor, cleared }, nowMs)
  remove(store, turn, found.id, undefined)
  return miss === undefined
}

/** Only the very write that was seen: a fault never costs a newer value. */
export function discardEntry(store: Store, turn: Turn, key: string, identity: unknown): void {
  const found = store.statements.getState.get(key)
  if (found !== undefined && isMarked(identity, found)) remove(store, turn, found.id, undefined)
}
