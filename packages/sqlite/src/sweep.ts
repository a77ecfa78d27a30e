/** One bounded slice of everything that is put off: noted uses, ended leases, dead entries, markers nobody needs. */
import type { SweepReport } from '@stowage/core'
import { removeEndedLeases } from './leases.ts'
import { reclaim } from './reclaim.ts'
import type { Store } from './store.ts'
import { dropMarkers } from './tags.ts'
import type { Turn } from './turn.ts'
import { sweepFileRows } from './value-files/file-sweep.ts'

/** Rows of each kind, and pages, in one slice: a few milliseconds of work. */
const SLICE_COUNT = 256

export function sweep(store: Store, turn: Turn, nowMs: number): SweepReport {
  const counts = { expired: 0, invalidated: 0 }
  const counting: Turn = {
    writtenBytes: 0,
    ledger: turn.ledger,
    toKeep: turn.toKeep,
    dropped: (fileId) => turn.dropped(fileId),
    removed(key, cause) {
      if (cause === 'expired' || cause === 'invalidated') counts[cause]++
      turn.removed(key, cause)
    },
  }
  store.recency.flush(store.statements, turn.ledger, SLICE_COUNT)
  const leasesLeft = removeEndedLeases(store, turn, nowMs, SLICE_COUNT)
  const isReclaimed = reclaim(store, counting, nowMs, { limit: SLICE_COUNT, spareId: undefined, isEnough: () => false })
  const filesLeft = sweepFileRows(store, turn, nowMs)
  const pagesLeft = store.space.giveBack(turn, SLICE_COUNT)
  const markersLeft = dropMarkers(store.statements, turn.ledger)
  // Uses do not count: reads go on meanwhile, and a sweep that waited for them might never end.
  return { ...counts, done: isReclaimed && !leasesLeft && !markersLeft && !filesLeft && !pagesLeft }
}

/** Nothing written so far is ever served again; a first slice of it is reclaimed at once, the rest by later sweeps. */
export function clear(store: Store, turn: Turn, nowMs: number): void {
  turn.ledger.cleared = turn.ledger.tick
  reclaim(store, turn, nowMs, { limit: SLICE_COUNT, spareId: undefined, isEnough: () => false })
}
