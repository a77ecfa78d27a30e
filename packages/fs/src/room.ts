/** Making room: the limits hold after every step, for entries and for files that are being written, of all processes. */
import { statfsSync } from 'node:fs'
import { BLOCK_BYTES, countedBytes } from './entry-file.ts'
import { FOREIGN_FILE, readHead } from './entry-reading.ts'
import { statEntry } from './file-identity.ts'
import { type Turn, UNFINISHED, type Unfinished } from './holding.ts'
import { ensureSure } from './recount.ts'
import { removeEntry, removeIfEmpty } from './replacing.ts'
import type { Spares } from './spares.ts'
import type { Store } from './store.ts'
import type { Victim } from './victims.ts'

/** What a write adds, what it replaces taken off. */
export interface Need {
  readonly entryCount: number
  readonly bytes: number
  /** The entry that is being replaced: it goes by that only. */
  readonly keptPath: string
}

/** How much more than it needs a write that finds the disk full takes out, so that the next ones do not find it full again. */
const RELIEF_SHARE = 2
const RELIEF_COUNT = 4

/** `partly`: it takes longer than a holding may last, and goes on in the next one. `refused`: the policy lets nothing more go. */
export type Room = 'made' | 'partly' | 'refused'

export function makeRoom(store: Store, turn: Turn, need: Need, nowMs: number): Room {
  const { keptPath } = need
  for (let count = 0; !fits(store, turn, need); count++) {
    if (count > 0 && turn.isLong) return 'partly'
    if (evictOne(store, turn, { keptPath, nowMs, spares: store.spares }) === undefined) return 'refused'
    store.onEviction()
  }
  return 'made'
}

/** What an eviction gave back; undefined when there is no entry that could go. */
function evictOne(
  store: Store,
  turn: Turn,
  { keptPath, nowMs, spares }: { readonly keptPath: string; readonly nowMs: number; readonly spares?: Spares },
): Victim | undefined {
  const { plan, victims } = store
  const victim =
    plan.eviction === 'none'
      ? victims.nextExpired(turn.counts, keptPath, nowMs)
      : victims.next(turn.counts, keptPath, nowMs)
  if (victim === undefined) return undefined
  ensureSure(store, turn, victim.shard)
  const key = store.sections.hasListeners ? keyIn(victim.path) : undefined
  if (!removeEntry(victim.path, spares)) return victim
  turn.counts.add(victim.shard, { entryCount: -1, entryBytes: -countedBytes(victim.fileBytes) })
  store.recency.forget(victim.path)
  if (key !== undefined) turn.removed(key, victim.cause)
  return victim
}

/** {@link relief}, all of it in one holding: for a value that is written in one. */
export function relieveDisk(store: Store, turn: Turn, need: Pick<Need, 'bytes' | 'keptPath'>, nowMs: number): boolean {
  const relieve = relief(store, need, nowMs)
  for (;;) {
    const isRelieved = relieve(turn)
    if (isRelieved !== UNFINISHED) return isRelieved
  }
}

/**
 * The step that makes room on a disk that is full, whoever has filled it: empty folders go as well, each of which takes a file's place.
 * Where all that could go would not be enough, nothing does.
 */
export function relief(
  store: Store,
  { bytes, keptPath }: Pick<Need, 'bytes' | 'keptPath'>,
  nowMs: number,
): (turn: Turn) => boolean | Unfinished {
  let isBegun = false
  let freedCount = 0
  let freedBytes = 0
  return (turn) => {
    if (!isBegun && store.spares.drop()) freedCount++
    if (!isBegun && !couldFit(store, turn, bytes, keptPath)) return false
    isBegun = true
    for (let count = 0; freedBytes < RELIEF_SHARE * bytes || freedCount < RELIEF_COUNT; count++) {
      if (count > 0 && turn.isLong) return UNFINISHED
      const victim = evictOne(store, turn, { keptPath, nowMs })
      if (victim === undefined) break
      freedBytes += countedBytes(victim.fileBytes)
      freedCount++
      removeIfEmpty(store.layout.shardFolder(victim.shard))
    }
    return freedCount > 0
  }
}

/** Whether the disk has so much room once all others have left. Where that cannot be told, as figures are in doubt, it is taken to have it. */
function couldFit({ layout }: Store, { counts }: Turn, bytes: number, keptPath: string): boolean {
  if (counts.doubtful() !== undefined) return true
  const { bfree, bsize } = statfsSync(layout.directory)
  const { entryCount, entryBytes } = counts.total()
  // Where blocks are larger than they are counted.
  const moreBytes = entryCount * Math.max(0, bsize - BLOCK_BYTES)
  return bytes <= bfree * bsize + entryBytes + moreBytes - countedBytes(statEntry(keptPath)?.size ?? 0)
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
