/** What `durability: 'strict'` adds: the promise resolves when the disk has it. The files' names are content of their folders. */
import { close, constants, fsync, open } from 'node:fs'
import { promisify } from 'node:util'
import type { MaybePromise } from '@stowage/core'
import { codeOf } from './file-error.ts'
import type { Store } from './store.ts'

const openFile = promisify(open)
const closeFile = promisify(close)
const syncFile = promisify(fsync)

/** The answer, once `sync` has been done where that was asked for. */
export function onDisk<T>(
  { plan }: Pick<Store, 'plan'>,
  answer: MaybePromise<T>,
  sync: () => Promise<void>,
): MaybePromise<T> {
  return plan.durability === 'relaxed' ? answer : synced(answer, sync)
}

async function synced<T>(pending: MaybePromise<T>, sync: () => Promise<void>): Promise<T> {
  const answer = await pending
  await sync()
  return answer
}

/** The disk has the names of the shard's files, where that was asked for. */
export async function syncShard({ plan, layout }: Pick<Store, 'plan' | 'layout'>, shard: number): Promise<void> {
  // Windows cannot open folders, and its filesystems log names by themselves.
  if (plan.durability === 'relaxed' || process.platform === 'win32') return
  try {
    const descriptor = await openFile(layout.shardFolder(shard), constants.O_RDONLY)
    try {
      await syncFile(descriptor)
    } finally {
      await closeFile(descriptor)
    }
  } catch (thrown) {
    // No folder, no names in it.
    if (codeOf(thrown) !== 'ENOENT') throw thrown
  }
}
