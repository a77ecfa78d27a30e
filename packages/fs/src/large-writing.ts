/**
 * Storing what is too large to be written within the lock, and everything that has to reach the disk before it is answered: a
 * reservation, the file, written off the event loop, and its being put where it belongs. A write that has been overtaken in this
 * process before its file was begun writes none.
 */
import type { WriteOutcome } from '@stowage/core'
import { MAX_ATTEMPTS } from './disk-space.ts'
import { syncShard } from './disk-sync.ts'
import { newIdentity, packPrelude } from './entry-file.ts'
import { isNoSpace } from './file-error.ts'
import { giveUp, type Reservation, reserve, settle } from './reservation.ts'
import { relieveDisk } from './room.ts'
import type { Store } from './store.ts'
import { fileBytesOf, type Writing } from './storing.ts'
import { UnfinishedFile } from './unfinished-file.ts'

export async function storeLarge(store: Store, writing: Writing): Promise<WriteOutcome> {
  const { sections, writeGate, latestWrites } = store
  const { place, nowMs } = writing
  const fileBytes = fileBytesOf(writing)
  const reserved = await sections.run(place.shard, nowMs, (turn) => reserve(store, turn, writing, fileBytes))
  if (typeof reserved === 'string') return reserved
  latestWrites.set(place.path, reserved.token)
  try {
    return await writeGate.pass(async () => {
      const isLatest = latestWrites.get(place.path) === reserved.token
      if (isLatest) await writeFile(store, writing, reserved)
      const outcome = await sections.run(place.shard, nowMs, (turn) =>
        settle(store, turn, writing, reserved, fileBytes),
      )
      if (isLatest) await syncShard(store, place.shard)
      return outcome
    })
  } catch (thrown) {
    await sections.run(place.shard, nowMs, (turn) => giveUp(turn, writing, reserved))
    throw thrown
  } finally {
    if (latestWrites.get(place.path) === reserved.token) latestWrites.delete(place.path)
  }
}

/** On a full disk, others leave for it. */
async function writeFile(store: Store, writing: Writing, reserved: Reservation): Promise<void> {
  const { place, nowMs } = writing
  for (let attempts = 1; ; attempts++) {
    try {
      await writeOnce(store, writing, reserved)
      return
    } catch (thrown) {
      if (!isNoSpace(thrown) || attempts === MAX_ATTEMPTS) throw thrown
      const need = { bytes: reserved.bytes, keptPath: place.path }
      if (!(await store.sections.run(place.shard, nowMs, (turn) => relieveDisk(store, turn, need, nowMs)))) throw thrown
    }
  }
}

async function writeOnce({ plan }: Store, { facts, record }: Writing, { temp, stamp }: Reservation): Promise<void> {
  const file = new UnfinishedFile(temp)
  try {
    await file.writeWhole([packPrelude({ ...stamp, identity: newIdentity() }), ...record])
    await file.finish(facts.expireAtMs, plan.durability)
  } finally {
    file.close()
  }
}
