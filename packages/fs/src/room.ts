/** Making room: the limits hold after every step, for entries and for files that are being written, of all processes. */
import { countedBytes } from './entry-file.ts'
import { FOREIGN_FILE, readHead } from './entry-reading.ts'
import { removeEntry } from './replacing.ts'
import type { Turn } from './sections.ts'
import type { Store } from './store.ts'

/** What a write adds, what it replaces taken off. */
export interface Need {
  readonly entryCount: number
  readonly bytes: number
  /** The entry that is being replaced: it goes by that only. */
  readonly sparePath: string
}

/** @returns false where the policy lets nothing more go. */
export function makeRoom(store: Store, turn: Turn, need: Need): boolean {
  while (!fits(store, turn, need)) {
    if (store.plan.eviction === 'none' || !evictOne(store, turn, need.sparePath)) return false
  }
  return true
}

/** @returns false when there is no entry that could go. */
function evictOne(store: Store, turn: Turn, sparePath: string): boolean {
  const victim = store.victims.next(turn.counts, sparePath)
  if (victim === undefined) return false
  const key = store.sections.hasListeners ? keyIn(victim.path) : undefined
  if (!removeEntry(victim.path)) return true
  turn.counts.add(victim.shard, { entryCount: -1, entryBytes: -countedBytes(victim.fileBytes) })
  store.recency.forget(victim.path)
  if (key !== undefined) turn.removed(key, 'evicted')
  store.onEviction()
  return true
}

function fits({ plan }: Store, { counts }: Turn, need: Need): boolean {
  const { entryCount, entryBytes, tempBytes } = counts.total()
  return (
    entryBytes + tempBytes + need.bytes <= plan.maxBytes &&
    (plan.maxEntries === undefined || entryCount + need.entryCount <= plan.maxEntries)
  )
}

function keyIn(path: string): string | undefined {
  const head = readHead(path)
  return head === undefined || head === FOREIGN_FILE ? undefined : head.key
}
