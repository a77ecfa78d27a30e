/**
 * Counting a shard anew, within the lock, and clearing up what a process that died in the middle of a step left in it: the old
 * file of a replacement, which comes back where the new one never arrived, and files that will never be finished.
 */
import { renameSync } from 'node:fs'
import { clearForFolder } from './bookkeeping-file.ts'
import type { ShardCount } from './counts.ts'
import { countedBytes } from './entry-file.ts'
import { statEntry } from './file-identity.ts'
import { namesIn } from './folder-names.ts'
import { lifeOfId } from './holder.ts'
import type { Turn } from './holding.ts'
import { isEntryName, OLD_SUFFIX, replacedName, SHARD_COUNT, tempName } from './layout.ts'
import { removeAnything } from './replacing.ts'
import { isFileOf } from './soundness.ts'
import type { Store } from './store.ts'

const EMPTY: ShardCount = { entryCount: 0, entryBytes: 0, tempBytes: 0 }

/** Before a step relies on the shard's figures, or writes to its folder: a link in its place would lead elsewhere, and goes. */
export function ensureSure(store: Store, { counts }: Turn, shard: number): void {
  const { layout } = store
  if (clearForFolder(layout.entries)) for (let each = 0; each < SHARD_COUNT; each++) counts.settle(each, EMPTY)
  if (clearForFolder(layout.shardFolder(shard)) || !counts.isSure(shard)) counts.settle(shard, recount(store, shard))
}

/** What is in the shard, once it is cleared up. */
export function recount(store: Store, shard: number): ShardCount {
  const folder = store.layout.shardFolder(shard)
  clearUp(store, folder)
  const count = { entryCount: 0, entryBytes: 0, tempBytes: tempBytesIn(folder) }
  for (const name of namesIn(folder)) {
    if (!isEntryName(name)) continue
    count.entryCount++
    count.entryBytes += countedBytes(statEntry(`${folder}/${name}`)?.size ?? 0)
  }
  return count
}

/** @returns how many files were cleared up. */
export function clearUp({ layout }: Pick<Store, 'layout'>, folder: string): number {
  let count = 0
  for (const name of namesIn(folder)) {
    const temp = tempName(name)
    if (temp !== undefined && lifeOfId(layout.holders, temp.holderId) === 'dead') {
      removeAnything(`${folder}/${name}`)
      count++
    }
    const entry = replacedName(name)
    if (entry === undefined) continue
    const path = `${folder}/${entry}`
    // A spare; whoever has it in mind does without (spares.ts).
    const isSpare = statEntry(path + OLD_SUFFIX)?.size === 0
    if (!isSpare) count++
    if (!isSpare && statEntry(path) === undefined && isFileOf(layout, path)) renameSync(path + OLD_SUFFIX, path)
    else removeAnything(path + OLD_SUFFIX)
  }
  return count
}

/** What is set aside for files that are being written, by their names. */
export function tempBytesIn(folder: string): number {
  return namesIn(folder).reduce((sum, name) => sum + countedBytes(tempName(name)?.plannedBytes ?? 0), 0)
}
