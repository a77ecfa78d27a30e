/**
 * Storing what is too large to be written within the lock, and everything that has to reach the disk before it is answered: a
 * reservation, the file, written off the event loop, and its being put where it belongs. A write that has been overtaken in this
 * process before its file was begun writes none, unless the later one fails.
 */
import type { WriteOutcome } from '@stowage/core'
import { hasDiskSpace } from './disk-space.ts'
import { syncShard } from './disk-sync.ts'
import { newIdentity, PRELUDE_BYTES, packPrelude } from './entry-file.ts'
import { abandon, begin, isOver, type Reservation, refuseTooLong, settle } from './reservation.ts'
import type { LatestWrite, Store } from './store.ts'
import { fileBytesOf, type Writing } from './storing.ts'
import { UnfinishedFile } from './unfinished-file.ts'

export async function storeLarge(store: Store, writing: Writing): Promise<WriteOutcome> {
  const { latestWrites } = store
  const { path } = writing.place
  const fileBytes = fileBytesOf(writing)
  const reserved = await begin(store, writing, fileBytes)
  if (typeof reserved === 'string') return reserved
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const own: LatestWrite = { ended }
  latestWrites.set(path, own)
  try {
    return await finishInTurn(store, { writing, reserved, fileBytes, own })
  } catch (thrown) {
    await abandon(store, writing, reserved)
    throw thrown
  } finally {
    if (latestWrites.get(path) === own) latestWrites.delete(path)
    end()
  }
}

/** A large write that has its place. */
interface PlacedWrite {
  readonly writing: Writing
  readonly reserved: Reservation
  readonly fileBytes: number
  readonly own: LatestWrite
}

async function finishInTurn(store: Store, placed: PlacedWrite): Promise<WriteOutcome> {
  const { writing, reserved, own } = placed
  const { place, nowMs } = writing
  for (;;) {
    const outcome = await store.writeGate.pass(async () => {
      const latest = store.latestWrites.get(place.path) ?? own
      return latest === own ? finish(store, placed) : latest
    })
    if (typeof outcome === 'string') return outcome
    // The later one has voided it, unless it has failed: then this one is still to come.
    await outcome.ended
    if (await store.sections.finish(place.shard, nowMs, (turn) => isOver(turn, writing, reserved))) return 'stored'
  }
}

async function finish(store: Store, { writing, reserved, fileBytes }: PlacedWrite): Promise<WriteOutcome> {
  const { place, nowMs } = writing
  const isWhole = await hasDiskSpace(store, { place, nowMs, reserved, fileBytes }, () =>
    writeFile(store, writing, reserved),
  )
  const outcome = await store.sections.finish(place.shard, nowMs, (turn) =>
    isWhole ? settle(store, turn, writing, reserved, fileBytes) : refuseTooLong(store, turn, writing, reserved),
  )
  await syncShard(store, place.shard)
  return outcome
}

async function writeFile({ plan }: Store, writing: Writing, { temp, stamp }: Reservation): Promise<void> {
  const { facts, record } = writing
  const file = new UnfinishedFile(temp)
  try {
    const recordBytes = fileBytesOf(writing) - PRELUDE_BYTES
    await file.writeWhole([packPrelude({ ...stamp, identity: newIdentity(), recordBytes }, record[0]), ...record])
    await file.finish(facts.expireAtMs, plan.durability)
  } finally {
    file.close()
  }
}
