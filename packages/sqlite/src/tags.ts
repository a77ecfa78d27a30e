/**
 * Tags by version.
 *
 * The idea. `epoch` counts invalidated tags, and never goes back. Invalidating a tag gives it the next epoch as its
 * version, in one row, its marker: that is all, however many entries carry it. An entry keeps the epoch as of which its
 * value was true: of the moment it was written or, when it was loaded, of the moment its lease was taken. It is valid
 * as long as no tag of it has a version above its epoch; a tag without a marker has none. Counters, no clocks: nothing
 * here depends on what time it is, or in which process.
 *
 * The fence. A write under a lease is refused when a tag it names, also one the loader added, has a version above the
 * lease's epoch: the value was read before the invalidation.
 *
 * Markers must outlive what they refer to, or an entry would come back to life when its marker goes. So the space of
 * invalidated entries is reclaimed first, in the order of versions and in bounded batches: the index
 * (tag, tag_epoch, entry) finds exactly the entries of a tag that are older than its version, and `reclaimed` is the
 * version up to which none is left. Only then are markers up to `reclaimed` dropped, and in the same transaction `floor`
 * rises to the highest version dropped. What a missing marker says is therefore: no entry in the store is concerned,
 * and any version up to `floor` is possible. A lease older than `floor` can no longer be judged and may not write
 * anything tagged. To spare it that, markers wait for leases older than themselves, up to MAX_MARKER_COUNT of them.
 *
 * A read looks at its entry and at the markers in two statements. If `floor` rose in between, the marker it misses may
 * have been dropped, together with the entry it has just read: then it calls the entry invalidated.
 */
import type { Ledger } from './ledger.ts'
import type { EntryState, Marks, Statements } from './statements.ts'
import { parseTags } from './tag-index.ts'
import type { Turn } from './turn.ts'

/** Markers kept for the sake of old leases at most. */
const MAX_MARKER_COUNT = 100_000
/** Markers dropped in one transaction at most. */
const DROP_COUNT = 1_000

/** Whether an entry with these tags, true as of `tagEpoch`, has been invalidated by one of them. */
export function isInvalidated(statements: Statements, state: EntryState, marks: Omit<Marks, 'cleared'>): boolean {
  if (state.tags === null || state.tagEpoch >= marks.currentEpoch || marks.floor === marks.currentEpoch) return false
  return parseTags(state.tags).some((tag) => {
    const found = statements.tagVersion.get(tag)
    if (found === undefined) return true
    return found.version === null ? found.floor > marks.floor : found.version > state.tagEpoch
  })
}

/** Whether a load that took its lease at `leaseEpoch` may still write something with these tags. */
export function outlives(statements: Statements, ledger: Ledger, tags: readonly string[], leaseEpoch: number): boolean {
  if (tags.length === 0 || leaseEpoch === ledger.epoch) return true
  if (leaseEpoch < ledger.floor) return false
  return tags.every((tag) => (statements.tagVersion.get(tag)?.version ?? 0) <= leaseEpoch)
}

export function invalidateTags(statements: Statements, { ledger }: Turn, tags: readonly string[]): void {
  for (const tag of tags) statements.markTag.run(++ledger.epoch, tag)
}

/** Drops markers that nothing refers to any more. @returns whether more could be dropped at once. */
export function dropMarkers(statements: Statements, ledger: Ledger): boolean {
  const oldestEpoch = statements.oldestLease.get()?.epoch ?? ledger.epoch
  const upTo = Math.min(ledger.reclaimed, Math.max(oldestEpoch, ledger.epoch - MAX_MARKER_COUNT))
  if (upTo <= ledger.floor) return false
  const dropped = statements.markersUpTo.get(upTo, DROP_COUNT)?.version ?? upTo
  statements.dropMarkers.run(dropped)
  ledger.floor = dropped
  return dropped < upTo
}
