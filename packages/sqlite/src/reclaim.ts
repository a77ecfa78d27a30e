/**
 * Taking out what nobody can be served any more: entries invalidated all at once, expired ones, and those invalidated by
 * tag (tags.ts). In bounded steps, found by an index each.
 *
 * The indexes lag behind on purpose, so that overwriting an entry touches none of them: `due_at_ms` is never later than
 * the true expiry and `rank` never higher than the true rank. A row that turns out to have been overwritten since is put
 * back where it belongs; it has its turn once per life, not once per write.
 */
import { remove } from './removal.ts'
import type { Store } from './store.ts'
import type { Turn } from './turn.ts'

/** How far one step goes. */
export interface Reclaiming {
  /** Rows looked at, at most, for each of the three reasons. */
  readonly limit: number
  /** Entry that must stay, since it is being replaced in the same transaction; undefined: none. */
  readonly spareId: number | undefined
  readonly isEnough: () => boolean
}

/** @returns whether nothing more is left to reclaim. */
export function reclaim(store: Store, turn: Turn, nowMs: number, step: Reclaiming): boolean {
  const counts = [
    reclaimCleared(store, turn, step),
    reclaimExpired(store, turn, nowMs, step),
    reclaimInvalidated(store, turn, step),
  ]
  return counts.every((count) => count < step.limit)
}

function reclaimCleared(store: Store, turn: Turn, { limit, spareId, isEnough }: Reclaiming): number {
  const { cleared } = turn.ledger
  const rows = store.statements.rankedBelow.all(cleared + 1, limit)
  for (const [at, { id, written }] of rows.entries()) {
    if (isEnough()) return at
    if (id === spareId) continue
    if (written > cleared) store.statements.promote.run(written, 0, id, cleared)
    else remove(store, turn, id, 'invalidated')
  }
  return rows.length
}

function reclaimExpired(store: Store, turn: Turn, nowMs: number, { limit, spareId, isEnough }: Reclaiming): number {
  const rows = store.statements.dueEntries.all(nowMs, limit)
  for (const [at, { id, expireAtMs }] of rows.entries()) {
    if (isEnough()) return at
    if (id === spareId) continue
    if (expireAtMs > nowMs) store.statements.setDue.run(expireAtMs, id)
    else remove(store, turn, id, 'expired')
  }
  return rows.length
}

/** In the order of versions, tag by tag (tags.ts). @returns rows and markers dealt with. */
function reclaimInvalidated(store: Store, turn: Turn, { limit, spareId, isEnough }: Reclaiming): number {
  const { statements } = store
  const { ledger } = turn
  let workCount = 0
  while (workCount < limit && ledger.reclaimed < ledger.epoch && !isEnough()) {
    const marker = statements.nextMarker.get(ledger.reclaimed)
    if (marker === undefined) {
      ledger.reclaimed = ledger.epoch
      break
    }
    const share = limit - workCount
    const rows = statements.taggedBefore.all(marker.name, marker.version, share)
    let left = rows.length
    for (const { id, tagEpoch } of rows) {
      if (isEnough()) break
      left--
      // An index row without its entry is damage; it goes all the same.
      if (id !== spareId && !remove(store, turn, id, 'invalidated')) statements.deleteTag.run(marker.name, tagEpoch, id)
    }
    workCount += rows.length - left + 1
    if (left === 0 && rows.length < share) ledger.reclaimed = marker.version
  }
  return workCount
}
