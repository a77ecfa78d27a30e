/** Going through all entries, a few at a time: listings, invalidations by prefix, sweeps and checks let the event loop turn in between. */
import { yieldToLoop } from '@stowage/core'
import type { EntryHead } from './entry-file.ts'
import { type FOREIGN_FILE, readHead } from './entry-reading.ts'
import { namesIn } from './folder-names.ts'
import { isEntryName, type Layout, type Place, replacedName, SHARD_COUNT } from './layout.ts'
import { Slice } from './slice.ts'

export interface WalkedEntry {
  readonly place: Place
  readonly head: EntryHead | typeof FOREIGN_FILE
}

/**
 * Every entry, with or without a sound head, and without the lock: what is written meanwhile may or may not be among them.
 * @param isWanted asked of each shard, just before it is listed
 */
export async function* walk(
  layout: Layout,
  isWanted: (shard: number) => boolean = () => true,
): AsyncGenerator<WalkedEntry> {
  const slice = new Slice()
  for (let shard = 0; shard < SHARD_COUNT; shard++) {
    if (!isWanted(shard)) continue
    for (const path of entriesIn(layout, shard)) {
      if (slice.isOver) {
        await yieldToLoop()
        slice.begin()
      }
      const head = readHead(path)
      if (head !== undefined) yield { place: { shard, path }, head }
    }
  }
}

/** Paths of the shard's entries, those that are being replaced included. */
export function entriesIn(layout: Layout, shard: number): readonly string[] {
  const folder = layout.shardFolder(shard)
  const names = new Set<string>()
  for (const name of namesIn(folder)) {
    const entry = isEntryName(name) ? name : replacedName(name)
    if (entry !== undefined) names.add(entry)
  }
  return [...names].map((name) => `${folder}/${name}`)
}
