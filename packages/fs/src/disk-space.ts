/** What a write does when the disk is full: others leave for it, and it is tried again, a few times. */
import { isNoSpace, isTooLong } from './file-error.ts'
import { statEntry } from './file-identity.ts'
import type { Turn } from './holding.ts'
import type { Place } from './layout.ts'
import { relief, relieveDisk } from './room.ts'
import type { Store } from './store.ts'

/** Attempts at one write: somebody else may be filling the disk as fast as room is made on it. */
const MAX_ATTEMPTS = 4

/** The unit of `blocks`, whatever the filesystem's own are. */
const STAT_BLOCK_BYTES = 512

interface Need {
  readonly bytes: number
  readonly keptPath: string
  readonly nowMs: number
}

/** @throws what `run` throws; that the disk is full only when no entry is left to make room. */
export function withDiskSpace(store: Store, turn: Turn, need: Need, run: () => void): void {
  for (let attempts = 1; ; attempts++) {
    try {
      run()
      return
    } catch (thrown) {
      if (!isNoSpace(thrown) || attempts === MAX_ATTEMPTS || !relieveDisk(store, turn, need, need.nowMs)) throw thrown
    }
  }
}

interface Growth {
  readonly place: Place
  readonly nowMs: number
  /** The file that is being written. */
  readonly reserved: { readonly temp: string }
  /** How long it is to be. */
  readonly fileBytes: number
}

/**
 * The same outside the lock.
 * @returns false where no file may be so long
 */
export async function hasDiskSpace(
  store: Store,
  { place, nowMs, reserved, fileBytes }: Growth,
  run: () => Promise<void>,
): Promise<boolean> {
  for (let attempts = 1; ; attempts++) {
    try {
      await run()
      return true
    } catch (thrown) {
      if (isTooLong(thrown)) return false
      if (!isNoSpace(thrown) || attempts === MAX_ATTEMPTS) throw thrown
      const need = { bytes: fileBytes - bytesOnDisk(reserved.temp), keptPath: place.path }
      if (!(await store.sections.finish(place.shard, nowMs, relief(store, need, nowMs)))) throw thrown
    }
  }
}

/** It may have been written in part. */
function bytesOnDisk(path: string): number {
  return (statEntry(path)?.blocks ?? 0) * STAT_BLOCK_BYTES
}
