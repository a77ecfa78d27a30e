/**
 * Storing what is too large to be written within the lock, and everything that has to reach the disk before it is answered: a
 * reservation, the file, written off the event loop, and its being put where it belongs. A write that has been overtaken in this
 * process before its file was begun writes none.
 */
import type { WriteOutcome } from '@stowage/core'
import { hasDiskSpace } from './disk-space.ts'
import { syncShard } from './disk-sync.ts'
import { newIdentity, packPrelude } from './entry-file.ts'
import { abandon, begin, type Reservation, refuseTooLong, settle } from './reservation.ts'
import type { Store } from './store.ts'
import { fileBytesOf, type Writing } from './storing.ts'
import { UnfinishedFile } from './unfinished-file.ts'

export async function storeLarge(store: Store, writing: Writing): Promise<WriteOutcome> {
  const { sections, writeGate, latestWrites } = store
  const { place, nowMs } = writing
  const fileBytes = fileBytesOf(writing)
  const reserved = await begin(store, writing, fileBytes)
  if (typeof reserved === 'string') return reserved
  latestWrites.set(place.path, reserved.token)
  try {
    return await writeGate.pass(async () => {
      const isLatest = latestWrites.get(place.path) === reserved.token
      const need = { place, nowMs, reserved, fileBytes }
      const isWhole = !isLatest || (await hasDiskSpace(store, need, () => writeFile(store, writing, reserved)))
      const outcome = await sections.run(place.shard, nowMs, (turn) =>
        isWhole ? settle(store, turn, writing, reserved, fileBytes) : refuseTooLong(store, turn, writing, reserved),
      )
      if (isLatest) await syncShard(store, place.shard)
      return outcome
    })
  } catch (thrown) {
    await abandon(store, writing, reserved)
    throw thrown
  } finally {
    if (latestWrites.get(place.path) === reserved.token) latestWrites.delete(place.path)
  }
}

async function writeFile({ plan }: Store, { facts, record }: Writing, { temp, stamp }: Reservation): Promise<void> {
  const file = new UnfinishedFile(temp)
  try {
    await file.writeWhole([packPrelude({ ...stamp, identity: newIdentity() }), ...record])
    await file.finish(facts.expireAtMs, plan.durability)
  } finally {
    file.close()
  }
}
