/** What `durability: 'strict'` adds: the promise resolves when the disk has it. The files' names are content of their folders. */
import { close, constants, fstat, fsync, open } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { MaybePromise } from '@stowage/core'
import { codeOf, isMissing } from './file-error.ts'
import { NO_FOLLOW } from './open-flags.ts'
import type { Store } from './store.ts'

const openFile = promisify(open)
const closeFile = promisify(close)
const statFile = promisify(fstat)
const syncFile = promisify(fsync)

/** The answer, once `sync` has been done where that was asked for. */
export function onDisk<T>(
  { plan, underWay }: Pick<Store, 'plan' | 'underWay'>,
  answer: MaybePromise<T>,
  sync: (answer: T) => Promise<void>,
): MaybePromise<T> {
  return plan.durability === 'relaxed' ? answer : underWay.track(synced(answer, sync))
}

async function synced<T>(pending: MaybePromise<T>, sync: (answer: T) => Promise<void>): Promise<T> {
  const answer = await pending
  await sync(answer)
  return answer
}

type Named = Pick<Store, 'plan' | 'layout' | 'namedFolders'>

/** The disk has the names of the shard's files, and of the folders down to them, where that was asked for. */
export async function syncShard(store: Named, shard: number): Promise<void> {
  const { plan, layout } = store
  // Windows cannot open folders, and its filesystems log names by themselves.
  if (plan.durability === 'relaxed' || process.platform === 'win32') return
  try {
    await syncNames(store, layout.shardFolder(shard))
  } catch (thrown) {
    // No folder, no names in it.
    if (codeOf(thrown) !== 'ENOENT') throw thrown
  }
}

/**
 * The disk has what has been written into the file of an entry, or into the journal. By a descriptor of its own: who has the file open
 * may let go of it before the thread pool comes to it.
 */
export async function syncContent(path: string): Promise<void> {
  try {
    // Windows brings to the disk only what may be written.
    await syncPath(path, constants.O_RDWR | NO_FOLLOW)
  } catch (thrown) {
    // Taken out or replaced since, by somebody who sees to the disk himself.
    if (!isMissing(thrown)) throw thrown
  }
}

/** What is in the folder, and where it is not known to be the one whose own name the disk has, that. */
async function syncNames(
  { layout, namedFolders }: Pick<Named, 'layout' | 'namedFolders'>,
  folder: string,
): Promise<void> {
  const identity = await syncPath(folder, constants.O_RDONLY)
  // The name of the cache's own was seen to when it was made (place.ts).
  if (folder === layout.directory || namedFolders.get(folder) === identity) return
  await syncNames({ layout, namedFolders }, dirname(folder))
  namedFolders.set(folder, identity)
}

/** @returns what no other file or folder has been under the same path */
async function syncPath(path: string, flags: number): Promise<string> {
  const descriptor = await openFile(path, flags)
  try {
    await syncFile(descriptor)
    const { ino, birthtimeNs } = await statFile(descriptor, { bigint: true })
    return `${ino} ${birthtimeNs}`
  } finally {
    await closeFile(descriptor)
  }
}
