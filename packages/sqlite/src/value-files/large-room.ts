/**
 * Room for a large value, made after its write has taken its place and before its file is begun: in transactions that take
 * out a bounded number of entries each, or move a bounded number of pages, so that neither the event loop nor other
 * processes wait for thousands of small entries to leave. Then the files that have been dropped are waited for, and the
 * database is made shorter, so that the new file does not come on top of what it replaces.
 */
import { makeRoom, type Need } from '../eviction.ts'
import { isPinned } from '../ledger.ts'
import type { Store } from '../store.ts'
import type { Turn } from '../turn.ts'

/** Pages moved in one transaction: a megabyte, in a millisecond or two. */
const STEP_PAGES = 256
/** Others may fill the room while it is made; what is missing then is made up for by the writes that follow. */
const MAX_STEPS = 1_000
/** The file may be longer than its pages say by so much before a checkpoint is made for it: 256 KB. */
const MAX_BEHIND_PAGES = 64
/** Files that others have dropped and that one write looks after. */
const DROPPED_COUNT = 64

/** @param need what the entry still adds, its file aside. */
export async function makeWay(store: Store, nowMs: number, need: Need): Promise<void> {
  const { files, space, transactions } = store
  const step = (turn: Turn) => {
    const room = makeRoom(store, turn, nowMs, need)
    const isMissing = space.giveBack(turn, STEP_PAGES) || room === 'partly'
    return { isMissing, isBehind: !isMissing && space.isBehind(turn, MAX_BEHIND_PAGES) }
  }
  let done = { isMissing: true, isBehind: false }
  for (let steps = 0; done.isMissing && steps < MAX_STEPS; steps++) done = await transactions.finish(step)
  await files.deleted()
  if (done.isBehind) await transactions.shorten()
}

/**
 * Whether a file of so many bytes, which is not registered yet, would come on top of others that are about to go, or finds
 * no room. Also sees to files that a process dropped and did not live to delete.
 */
export function isInTheWay({ files, space }: Store, turn: Turn, needBytes: number): boolean {
  if (isPinned(turn.ledger)) return !space.fits(turn, needBytes)
  const dropped = files.statements.unkept.all('dropped', DROPPED_COUNT)
  let droppedBytes = 0
  for (const { id, sizeBytes } of dropped) {
    droppedBytes += sizeBytes
    turn.dropped(id)
  }
  return !space.fits(turn, needBytes + droppedBytes) || space.isTooLong(turn, needBytes)
}
