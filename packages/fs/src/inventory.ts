/** What lies in a folder of the cache, sorted into what belongs there and what does not; nothing is changed. For checks, within the lock. */
import type { ShardCount } from './counts.ts'
import { countedBytes } from './entry-file.ts'
import { statEntry } from './file-identity.ts'
import { isDismissed } from './folder-format.ts'
import { namesIn } from './folder-names.ts'
import { lifeOfId } from './holder.ts'
import { isEntryName, type Layout, replacedName, SHARD_COUNT, shardName, tempName } from './layout.ts'
import { isFileOf } from './soundness.ts'
import { isUnfinished } from './whole-file.ts'

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
    const fileBytes = statEntry(`${folder}/${name}`)?.size ?? 0
    // A spare (spares.ts) is no entry, and takes nothing.
    if (replaced !== undefined && fileBytes === 0) continue
    const standsIn = replaced !== undefined && !names.has(replaced) && isFileOf(layout, `${folder}/${replaced}`)
    if (isEntryName(name) || standsIn) {
      count.entryCount++
      count.entryBytes += countedBytes(fileBytes)
    } else orphans.push(`${folder}/${name}`)
  }
  return { count, orphans }
}

/** Small files are whole long before: one as old as that is nobody's. */
const ABANDONED_MS = 60_000

/** What lies beside the shards and the files of the cache itself. */
export function straysIn(layout: Layout): readonly string[] {
  const { directory, entries, holders } = layout
  const known = new Set([layout.marker, layout.journal, layout.counts, layout.lock, holders, layout.ballast, entries])
  const shards = new Set(Array.from({ length: SHARD_COUNT }, (_, shard) => shardName(shard)))
  const others = [
    ...pathsIn(directory).filter((path) => !known.has(path)),
    ...namesIn(entries)
      .filter((name) => !shards.has(name) || statEntry(`${entries}/${name}`)?.isDirectory() === false)
      .map((name) => `${entries}/${name}`),
  ]
  return [...others.filter((path) => !isUnfinished(path)), ...abandonedFiles(layout)]
}

/** What processes that were killed left of the files that appear whole or not at all. */
export function abandonedFiles({ directory, holders }: Layout): readonly string[] {
  const sinceMs = Date.now() - ABANDONED_MS
  return [...pathsIn(directory), ...pathsIn(holders)].filter(
    (path) => isUnfinished(path) && (statEntry(path)?.mtimeMs ?? Number.POSITIVE_INFINITY) < sinceMs,
  )
}

/** What processes that were killed left of the holders of an older format. */
export function abandonedHolders(layout: Layout): readonly string[] {
  const sinceMs = Date.now() - ABANDONED_MS
  return pathsIn(layout.directory).filter(
    // Since it got its name: while it is young its own process deletes it.
    (path) => isDismissed(layout, path) && (statEntry(path)?.ctimeMs ?? Number.POSITIVE_INFINITY) < sinceMs,
  )
}

function pathsIn(folder: string): readonly string[] {
  return namesIn(folder).map((name) => `${folder}/${name}`)
}
