/**
 * Making room. A write that would go over a limit first takes out, in its own transaction, what is of no use to anybody
 * (reclaim.ts), then entries in the order of the policy, until it fits. The entry it replaces is spared until then, and
 * the new one is not there yet: nothing is ever the victim of its own write.
 *
 * The order is lazy: `rank` (for lfu: `uses`, then `rank`) says where an entry stood when it last was looked at. A
 * candidate that has been written or used since is put where it belongs and the next one is tried. As the true place is
 * never before the stored one, the first candidate found unchanged is the true first.
 */
import { reclaim } from './reclaim.ts'
import { remove } from './removal.ts'
import type { Candidate } from './statements.ts'
import type { Store } from './store.ts'
import type { Turn } from './turn.ts'
import { admit } from './write-numbers.ts'

/** What a write adds. */
export interface Need {
  readonly entryCount: number
  readonly sizeBytes: number
  /** Of pages and value files. */
  readonly diskBytes: number
  /** The entry that is being replaced. */
  readonly spareId: number | undefined
  /** `later`: further steps make the rest of the room. `now`: counts and counted bytes fit at the end of this one. */
  readonly rest: 'now' | 'later'
}

/** `partly`: the next writes make the rest of the room, or the next step does. `refused`: the policy lets nothing more go. */
export type Room = 'made' | 'partly' | 'refused'

const RECLAIM_LIMIT = 64
/** Steps of reclaiming before entries in use have to go; a policy that evicts nothing goes on to the end. */
const RECLAIM_STEPS = 4
const CANDIDATE_COUNT = 16
/**
 * Entries that go beyond what is needed, and how small a part of all they are: neighbours in the order of eviction lie on the same pages,
 * which one transaction writes once. Stores of fewer entries evict exactly.
 */
const MOST_AHEAD = 15
const AHEAD_SHARE = 256
/** Entries that one write takes out for the sake of pages, if they have been worth twice what it needs by then. */
const PAGE_EVICTIONS = 128
const PAGE_EVICTION_SHARE = 2
/** Entries taken out in one transaction of {@link trim}. */
const TRIM_COUNT = 256
/** Candidates put back in one transaction; then the next ones go, used or not. */
const MAX_PROMOTIONS = 128

export function makeRoom(store: Store, turn: Turn, nowMs: number, need: Need): Room {
  const isEnough = (): boolean => hasRoom(store, turn, need)
  if (isEnough()) return 'made'
  const { spareId } = need
  const { eviction } = store.plan
  // One that is dead already need not stay for a step to come: what passed it by would take it for reclaimed (reclaim.ts).
  const spareDeadId = need.rest === 'now' ? spareId : undefined
  for (let steps = 0; eviction === 'none' || steps < RECLAIM_STEPS; steps++) {
    if (reclaim(store, turn, nowMs, { limit: RECLAIM_LIMIT, spareId: spareDeadId, isEnough }) || isEnough()) break
  }
  if (isEnough()) return 'made'
  if (eviction === 'none') return 'refused'
  const { entryCount, sizeBytes } = turn.ledger
  // Deleted rows leave pages that are not empty yet: how many must go cannot be told.
  const isBounded = (): boolean =>
    entryCount - turn.ledger.entryCount >= PAGE_EVICTIONS &&
    (need.rest === 'later' ||
      (isCounted(store, turn, need) && sizeBytes - turn.ledger.sizeBytes >= PAGE_EVICTION_SHARE * need.diskBytes))
  const aheadCount = Math.min(MOST_AHEAD, Math.floor(entryCount / AHEAD_SHARE))
  const isAhead = (): boolean => entryCount - turn.ledger.entryCount > aheadCount && isEnough()
  evict(store, turn, () => isAhead() || isBounded(), spareId)
  if (isEnough()) return 'made'
  return isBounded() ? 'partly' : 'refused'
}

/** Whether it fits as things are. */
export function hasRoom(store: Store, turn: Turn, need: Pick<Need, 'entryCount' | 'sizeBytes' | 'diskBytes'>): boolean {
  return isCounted(store, turn, need) && store.space.fits(turn, need.diskBytes)
}

/** Whether the limits on what is counted hold. */
function isCounted({ plan }: Store, { ledger }: Turn, need: Pick<Need, 'entryCount' | 'sizeBytes'>): boolean {
  return (
    ledger.sizeBytes + need.sizeBytes <= plan.maxBytes &&
    (plan.maxEntries === undefined || ledger.entryCount + need.entryCount <= plan.maxEntries)
  )
}

function evict(store: Store, turn: Turn, isEnough: () => boolean, spareId: number | undefined): void {
  let promotionCount = 0
  while (!isEnough()) {
    const candidates = store.statements.victims.all(spareId ?? 0, CANDIDATE_COUNT)
    if (candidates.length === 0) return
    const moved = candidates.filter((candidate) => {
      if (isEnough() || promotionCount >= MAX_PROMOTIONS) return false
      return promote(store, turn, candidate)
    })
    promotionCount += moved.length
    // The order has changed: ask again.
    if (moved.length > 0) continue
    for (const { id } of candidates) {
      if (isEnough()) return
      remove(store, turn, id, 'evicted')
      store.onEviction()
    }
  }
}

/** Puts a candidate where its latest write or use says. @returns whether it stood elsewhere. */
function promote({ statements, recency }: Store, { ledger }: Turn, { id, rank, written }: Candidate): boolean {
  // Of what was cleared no use counts.
  if (written <= ledger.cleared) return false
  const use = recency.take(id)
  const trueRank = Math.max(written, use?.rank ?? 0)
  if (trueRank <= rank) return false
  admit(ledger, trueRank)
  statements.promote.run(trueRank, use?.count ?? 0, id, ledger.cleared)
  return true
}

/** A store that was last used under higher limits is cut down to these, in bounded transactions; sweeps make its file shorter. */
export function trim(store: Store): void {
  const need = { entryCount: 0, sizeBytes: 0, diskBytes: 0 }
  const isTrimmed = (turn: Turn): boolean => store.plan.eviction === 'none' || hasRoom(store, turn, need)
  const step = (turn: Turn): boolean => {
    const { entryCount } = turn.ledger
    const least = entryCount - TRIM_COUNT
    if (!isTrimmed(turn)) evict(store, turn, () => isTrimmed(turn) || turn.ledger.entryCount <= least, undefined)
    // None left to go: what takes the room is no entry.
    return isTrimmed(turn) || turn.ledger.entryCount === entryCount
  }
  while (!store.transactions.writeNow(step));
}
