/** What lies in a folder of the cache, sorted into what belongs there and what does not; nothing is changed. For checks, within the lock. */

import type { ShardCount } from './counts.ts'
import { countedBytes } from './entry-file.ts'
import { lifeOfId } from './holder.ts'
import { isEntryName, type Layout, replacedName, SHARD_COUNT, shardName, tempName } from './layout.ts'
import { statEntry } from './replacing.ts'
import { namesIn } from './victims.ts'

export interface Inventory {
  readonly count: ShardCount
  /** Paths of what belongs to no entry. */
  readonly orphans: readonly string[]
}

export function inventoryOf(layout: Layout, shard: number): Inventory {
  const folder = layout.shardFolder(shard)
  const names = new Set(namesIn(folder))
  const count = { entryCount: 0, entryBytes: 0, tempBytes: 0 }
  const orphans: string[] = []
  for (const name of names) {
    const temp = tempName(name)
    const replaced = replacedName(name)
    // One that nobody will finish takes room until it is cleared away.
    if (temp !== undefined) count.tempBytes += countedBytes(temp.plannedBytes)
    if (temp !== undefined && lifeOfId(layout.holders, temp.holderId) !== 'dead') continue
    if (isEntryName(name) || (replaced !== undefined && !names.has(replaced))) {
      count.entryCount++
      count.entryBytes += countedBytes(statEntry(`${folder}/${name}`)?.size ?? 0)
    } else orphans.push(`${folder}/${name}`)
  }
  return { count, orphans }
}

/** What lies beside the shards and the files of the cache itself. */
export function straysIn(layout: Layout): readonly string[] {
  const known = new Set([
    layout.marker,
    layout.journal,
    layout.counts,
    layout.lock,
    layout.holders,
    layout.ballast,
    layout.entries,
  ])
  const shards = new Set(Array.from({ length: SHARD_COUNT }, (_, shard) => shardName(shard)))
  const { directory, entries } = layout
  return [
    ...namesIn(directory)
      .map((name) => `${directory}/${name}`)
      .filter((path) => !known.has(path)),
    ...namesIn(entries)
      .filter((name) => !shards.has(name))
      .map((name) => `${entries}/${name}`),
  ]
}
