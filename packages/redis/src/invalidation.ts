/**
 * Invalidating. Tags, prefixes and everything: one mark in each partition's bookkeeping, however many entries it covers; sweeps reclaim
 * the space. A pattern has no mark: the entries it covers are looked for and removed, in bounded batches.
 */
import { type InvalidationTarget, keyCoverOf } from '@stowage/core'
import { parseEnvelope } from './envelope.ts'
import { bytesIfAny, listOf } from './reply.ts'
import { REMOVE } from './scripts/entry.ts'
import { allSightings } from './sighting.ts'
import type { Store } from './store.ts'

export async function invalidate(store: Store, target: InvalidationTarget, onProgress?: () => void): Promise<void> {
  if ('tags' in target) return mark(store, target.tags, [])
  if ('prefix' in target) return mark(store, [], [target.prefix])
  if ('pattern' in target) return removePattern(store, target, onProgress)
  return mark(store, [], [''])
}

/** All partitions at once. Done only when every one has answered; done twice it harms nobody. */
async function mark(store: Store, tags: readonly string[], prefixes: readonly string[]): Promise<void> {
  const members = [...tags.map((tag) => `t${tag}`), ...prefixes.map((prefix) => `p${prefix}`)]
  await Promise.all(store.partitions.map((partition) => partition.invalidate(members)))
}

async function removePattern(
  store: Store,
  target: { readonly pattern: string; readonly root: string },
  onProgress: (() => void) | undefined,
): Promise<void> {
  const { prefix, covers } = keyCoverOf(target)
  // A set that was asked for before may wait for its turn, or for the first trip, and is not there to be found yet.
  await Promise.all(store.partitions.map((partition) => partition.written()))
  for await (const { partition, keys } of allSightings(store, prefix, onProgress)) {
    const covered = keys.filter(covers)
    if (covered.length === 0) continue
    const [, ...heads] = listOf(
      await partition.change(
        REMOVE,
        covered.map((key) => partition.nameOf(key)),
        [],
      ),
    )
    covered.forEach((key, at) => {
      const bytes = bytesIfAny(heads[at])
      if (bytes !== undefined && parseEnvelope(bytes)?.recordBytes !== 0) store.removed(key, 'invalidated')
    })
  }
}
