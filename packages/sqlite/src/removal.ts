/** The only room that takes entries out: row, tag index and counters together, whatever the reason. */
import type { RemovalCause } from '@stowage/core'
import { marksOf, missOf } from './liveness.ts'
import { PAGE_BYTES } from './space.ts'
import type { FoundEntry } from './statements.ts'
import type { Store } from './store.ts'
import { unindexTags } from './tag-index.ts'
import type { Turn } from './turn.ts'
import { isMarked } from './write-mark.ts'

/** @param cause undefined when the entry was asked for by key. @returns whether it was there. */
export function remove(store: Store, turn: Turn, id: number, cause: RemovalCause | undefined): boolean {
  const entry = store.statements.deleteEntry.get(id)
  if (entry === undefined) return false
  follow(store, turn, { ...entry, id })
  if (cause !== undefined) turn.removed(entry.key, cause)
  return true
}

/** The same for one that this transaction has just found, within a write that names its key (transactions.ts): having SQLite tell of it again is a tenth of the work. */
export function removeFound(store: Store, turn: Turn, found: FoundEntry): void {
  store.statements.dropEntry.run(found.id)
  follow(store, turn, found)
}

/** What goes with a row that has been deleted. */
function follow(
  { statements, recency, files }: Store,
  turn: Turn,
  { id, tags, tagEpoch, fileId, sizeBytes }: Pick<FoundEntry, 'id' | 'tags' | 'tagEpoch' | 'fileId' | 'sizeBytes'>,
): void {
  unindexTags(statements, tags, tagEpoch, id)
  if (fileId !== null) files.drop(turn, fileId)
  // Its number may be given to another entry.
  recency.take(id)
  turn.writtenBytes += PAGE_BYTES
  turn.ledger.entryCount--
  turn.ledger.sizeBytes -= sizeBytes
}

/** @returns whether what was there could still be served. */
export function deleteEntry(store: Store, turn: Turn, key: string, nowMs: number): boolean {
  const found = store.statements.findEntry.get(key)
  if (found === undefined) return false
  const miss = missOf(store.statements, found, marksOf(turn.ledger), nowMs)
  removeFound(store, turn, found)
  return miss === undefined
}

/** Only the very write that was seen: a fault never costs a newer value. */
export function discardEntry(store: Store, turn: Turn, key: string, identity: unknown): void {
  const found = store.statements.getState.get(key)
  if (found !== undefined && isMarked(identity, found)) remove(store, turn, found.id, undefined)
}
