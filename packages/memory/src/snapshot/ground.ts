/** What a snapshot sees of the backend: its live entries, and a way to put one back. */
import type { EntryStore } from '../entry-store.ts'
import type { Isolator } from '../isolation.ts'
import type { RemovalReports } from '../removal-reports.ts'
import type { LiveEntry, SnapshotGround } from './snapshot.ts'

export function groundOf(store: EntryStore, reports: RemovalReports, isolator: Isolator | undefined): SnapshotGround {
  return {
    get entryCount() {
      return store.occupancy.entryCount
    },
    live: (nowMs) => liveEntries(store, isolator, nowMs),
    restore({ key, facts, value }, nowMs) {
      if (facts.expireAtMs <= nowMs || store.order.find(key) !== undefined) return false
      const kept = isolator === undefined ? value : isolator.kept(value)
      const outcome = store.write(undefined, key, { facts, value: kept, maxBytes: Number.POSITIVE_INFINITY }, nowMs)
      reports.tell()
      return outcome === 'stored'
    },
  }
}

/** Undefined for a slot without one, so that the walk can be interrupted there too. */
function* liveEntries(
  store: EntryStore,
  isolator: Isolator | undefined,
  nowMs: number,
): Generator<LiveEntry | undefined> {
  for (let slot = store.slots.first; slot < store.slots.top; slot++) {
    if (store.entries.sequenceOf(slot) === 0 || store.entries.missOf(slot, nowMs) !== undefined) yield undefined
    else {
      const kept = store.entries.valueOf(slot)
      const value = isolator === undefined ? kept : isolator.valueIn(kept)
      yield { key: store.entries.keyOf(slot), facts: store.entries.factsOf(slot), value }
    }
  }
}
