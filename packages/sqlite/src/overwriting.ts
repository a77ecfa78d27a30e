/**
 * A value in the place of one of its size: where nothing but the row itself changes, neither counters nor tag index nor value files,
 * it need not be looked at first, which is a seventh of a set among many (docs/decisions/0021-copies-in-memory.md). What the row says is asked by the
 * statement itself; where one condition does not hold it changes nothing, and the entry is stored the long way (storing.ts).
 */
import { hasRoom } from './eviction.ts'
import { rowBytes } from './space.ts'
import type { Store } from './store.ts'
import type { Turn } from './turn.ts'
import { writeNumber } from './write-numbers.ts'
import { columnsOf, type Writing } from './writing.ts'

const NOTHING_MORE = { entryCount: 0, sizeBytes: 0, diskBytes: rowBytes(0) }

/** @returns false: nothing has been stored */
export function overwrite(
  store: Store,
  turn: Turn,
  writing: Writing,
  counted: { readonly sizeBytes: number; readonly tagEpoch: number },
): boolean {
  const { key, entry, fileId } = writing
  // A copy of what is stored would need the id of its row.
  if (fileId !== undefined || entry.facts.tags.length > 0 || store.copies.isReadOften(key)) return false
  if (!hasRoom(store, turn, NOTHING_MORE)) return false
  const written = writeNumber(turn.ledger, 0)
  const columns = columnsOf(entry, writing, { ...counted, written })
  const { changes } = store.statements.overwriteEntry.run(
    ...columns,
    key,
    counted.sizeBytes,
    entry.facts.expireAtMs,
    written,
  )
  if (changes === 0) return false
  turn.writtenBytes += counted.sizeBytes
  return true
}
