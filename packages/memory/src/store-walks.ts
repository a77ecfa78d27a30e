/**
 * Walks over all slots, in slices between which the event loop turns: listing, counting, and sweeping, which goes on where it
 * stopped. What they find in a slot is entry-reader.ts.
 */
import { type CheckReport, type ScannedEntry, type ScanQuery, type SweepReport, yieldToLoop } from '@stowage/core'
import type { EntryStore } from './entry-store.ts'
import { RESERVED_SLOTS, SLICE_SLOTS } from './slot-table.ts'

const SOUND = { torn: 0, wrong: 0, orphans: 0, repaired: 0 } as const

export async function* listEntries(
  { slots, entries }: EntryStore,
  query: ScanQuery,
  nowMs: number,
): AsyncGenerator<ScannedEntry> {
  for (let slot = RESERVED_SLOTS; slot < slots.top; slot++) {
    if (slot % SLICE_SLOTS === 0) await yieldToLoop()
    // Clearing may have taken the rest away meanwhile.
    if (slot >= slots.top) return
    const key = entries.keyOf(slot)
    if (entries.sequenceOf(slot) === 0 || !key.startsWith(query.prefix)) continue
    if (entries.missOf(slot, nowMs) !== undefined) continue
    const facts = entries.factsOf(slot)
    const sizeBytes = entries.fullBytesOf(slot)
    if (query.tag === undefined || facts.tags.includes(query.tag)) yield { key, facts, sizeBytes }
  }
}

/** Values are as they were handed over; what can go wrong is the books. */
export async function* countEntries({ slots, entries, occupancy }: EntryStore): AsyncGenerator<CheckReport> {
  for (let from = RESERVED_SLOTS; from < slots.top; from += SLICE_SLOTS) {
    let entryCount = 0
    let bytes = 0
    for (let slot = from; slot < Math.min(from + SLICE_SLOTS, slots.top); slot++) {
      if (entries.sequenceOf(slot) === 0) continue
      entryCount++
      bytes += entries.ownBytesOf(slot)
    }
    yield { entries: entryCount, bytes, ...SOUND }
    await yieldToLoop()
  }
  yield { entries: 0, bytes: occupancy.sharedBytes, ...SOUND }
}

export class Sweeper {
  private sweptTo = RESERVED_SLOTS

  /** One slice. */
  step({ slots, removal }: EntryStore, nowMs: number): SweepReport {
    const to = this.sweptTo + SLICE_SLOTS
    const swept = { expired: 0, invalidated: 0 }
    // Where the last entry goes, the slots end earlier.
    for (; this.sweptTo < Math.min(to, slots.top); this.sweptTo++) {
      const cause = removal.reclaim(this.sweptTo, nowMs)
      if (cause !== undefined) swept[cause]++
    }
    const done = this.sweptTo >= slots.top
    if (done) this.sweptTo = RESERVED_SLOTS
    return { ...swept, done }
  }
}
