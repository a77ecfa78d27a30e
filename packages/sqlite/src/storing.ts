/** Writing one entry, and what goes with it in the same transaction: its lease, the key's other leases, room, tags. */
import type { NewEntry, WriteOutcome } from '@stowage/core'
import { entrySizeBytes } from './entry-size.ts'
import { makeRoom, type Need } from './eviction.ts'
import { epochOfHolding, voidBefore, voidLeases } from './leases.ts'
import { overwrite } from './overwriting.ts'
import { removeFound } from './removal.ts'
import { rowBytes } from './space.ts'
import type { FoundEntry, WrittenColumns } from './statements.ts'
import type { Store } from './store.ts'
import { indexTags, unindexTags } from './tag-index.ts'
import { outlives } from './tags.ts'
import type { Turn } from './turn.ts'
import { writeNumber } from './write-numbers.ts'
import { columnsOf, rowOf, type Writing } from './writing.ts'

export function storeEntry(store: Store, turn: Turn, writing: Writing): WriteOutcome {
  const { key, entry, encoded, nowMs, lease } = writing
  const tagEpoch = epochOf(store, turn, writing)
  if (tagEpoch === undefined) return 'superseded'
  if (entry.facts.expireAtMs <= nowMs) return 'elapsed'
  if (lease === undefined) voidLeases(store, turn, key)
  else voidBefore(store, turn, lease)
  const sizeBytes = entrySizeBytes(key, entry.facts, encoded)
  const isTooLong = isTooLarge(store, entry, sizeBytes)
  if (!isTooLong && overwrite(store, turn, writing, { sizeBytes, tagEpoch })) return 'stored'
  const old = store.statements.findEntry.get(key)
  const addedBytes = sizeBytes - (old?.sizeBytes ?? 0)
  const need: Need = {
    entryCount: old === undefined ? 1 : 0,
    sizeBytes: addedBytes,
    // A file is counted since it was registered.
    diskBytes: rowBytes(writing.fileId === undefined ? addedBytes : 0),
    spareId: old?.id,
    rest: 'now',
  }
  if (isTooLong) return refuse(store, turn, old, 'too-large')
  if (makeRoom(store, turn, nowMs, need) === 'refused') return refuse(store, turn, old, 'admission')
  turn.ledger.entryCount += need.entryCount
  turn.ledger.sizeBytes += addedBytes
  if (writing.fileId === undefined) turn.writtenBytes += sizeBytes
  if (old !== undefined && old.fileId !== null) store.files.drop(turn, old.fileId)
  const columns = columnsOf(entry, writing, {
    sizeBytes,
    tagEpoch,
    written: writeNumber(turn.ledger, old?.written ?? 0),
  })
  const id = writeRow(store, old, key, entry, columns)
  if (writing.fileId !== undefined) store.files.statements.keep.run(id, writing.fileId)
  if (store.copies.isReadOften(key)) turn.toKeep.set(key, rowOf(id, columns))
  return 'stored'
}

/** Whether no room that could be made would do. */
export function isTooLarge({ share }: Store, entry: NewEntry, sizeBytes: number): boolean {
  return sizeBytes > Math.min(share.entryBytes, entry.maxBytes)
}

/** The caller has a newer value: the old one must not be served in its place. */
export function refuse<T extends WriteOutcome>(store: Store, turn: Turn, old: FoundEntry | undefined, outcome: T): T {
  if (old !== undefined) removeFound(store, turn, old)
  return outcome
}

/** The epoch as of which the value is true; undefined when its lease does not hold any more. */
export function epochOf(store: Store, { ledger }: Turn, { key, entry, lease, nowMs }: Writing): number | undefined {
  if (lease === undefined) return ledger.epoch
  const epoch = epochOfHolding(store, lease, key, nowMs)
  return epoch !== undefined && outlives(store.statements, ledger, entry.facts.tags, epoch) ? epoch : undefined
}

/** @returns the id of the row. Overwriting leaves the indexes on rank and expiry as they are, as long as they are not late (reclaim.ts). */
function writeRow(
  { statements }: Store,
  old: FoundEntry | undefined,
  key: string,
  entry: NewEntry,
  columns: WrittenColumns,
): number {
  const { tags, expireAtMs } = entry.facts
  const [, , , , , , written, tagEpoch] = columns
  if (old === undefined) {
    const { lastInsertRowid } = statements.insertEntry.run(...columns, key, written, expireAtMs)
    indexTags(statements, tags, tagEpoch, Number(lastInsertRowid))
    return Number(lastInsertRowid)
  }
  statements.updateEntry.run(...columns, old.id)
  if (expireAtMs < old.dueAtMs) statements.setDue.run(expireAtMs, old.id)
  unindexTags(statements, old.tags, old.tagEpoch, old.id)
  indexTags(statements, tags, tagEpoch, old.id)
  return old.id
}
