/**
 * What entries take where no limit is by bytes: nobody weighs them when they are written, which would cost a write more
 * than all else but its look-up. Asked seldom, it is measured then: of all entries while they are few, else of a sample
 * that is spread over the slots.
 */
import type { EntryReader } from './entry-reader.ts'
import type { Occupancy } from './occupancy.ts'
import { RESERVED_SLOTS, type SlotTable } from './slot-table.ts'

/** A millisecond or two. */
const SAMPLED_COUNT = 1_024
/** Free ones among them: a look costs little, and a table that was once full may have few entries left. */
const MAX_LOOKS = 65_536

interface Surveyed {
  readonly slots: SlotTable
  readonly entries: EntryReader
  readonly occupancy: Occupancy
}

/** Of keys, values and slots; exact up to SAMPLED_COUNT entries. */
export function surveyedBytes({ slots, entries, occupancy }: Surveyed): number {
  const { entryCount } = occupancy
  const wantedCount = Math.min(entryCount, SAMPLED_COUNT)
  const stride = Math.max(1, Math.floor(entryCount / SAMPLED_COUNT))
  let seenCount = 0
  let seenBytes = 0
  let looksLeft = MAX_LOOKS
  for (let first = 0; first < stride && seenCount < wantedCount && looksLeft > 0; first++) {
    for (
      let slot = RESERVED_SLOTS + first;
      slot < slots.top && seenCount < wantedCount && looksLeft > 0;
      slot += stride
    ) {
      looksLeft--
      if (entries.sequenceOf(slot) === 0) continue
      seenCount++
      seenBytes += entries.ownBytesOf(slot)
    }
  }
  return seenCount === 0 ? 0 : Math.round((seenBytes * entryCount) / seenCount)
}
