/** Going through all entries by SCAN: bounded batches, by partition, while everybody else goes on reading and writing. */
import { mastersOf, type RedisClient } from './client.ts'
import type { Partition } from './partition.ts'
import { listOf, textOf } from './reply.ts'
import type { Store } from './store.ts'

/** How many keys a server looks at before it answers others again: well under a millisecond of its time. */
const SCAN_COUNT = 512

export interface Batch {
  readonly partition: Partition
  readonly keys: readonly string[]
}

/**
 * Keys that begin with `prefix`, each once; what is under one may be an entry, only leases, or by then nothing.
 * @param onProgress called after each answer of a server, also where it told of no such key
 */
export async function* sightings(store: Store, prefix: string, onProgress?: () => void): AsyncGenerator<Batch> {
  store.wire.requireOpen()
  const seen = new Set<string>()
  for (const client of await store.wire.connected(mastersOf)) {
    yield* sightingsOn(store, client, prefix, seen, onProgress)
  }
}

async function* sightingsOn(
  store: Store,
  client: RedisClient,
  prefix: string,
  seen: Set<string>,
  onProgress: (() => void) | undefined,
): AsyncGenerator<Batch> {
  const { wire, layout, partitions } = store
  const match = layout.matching(prefix)
  let cursor = '0'
  do {
    const command = ['scan', cursor, 'match', match, 'count', String(SCAN_COUNT)] as const
    const [next, names] = listOf(await wire.call(command, client))
    cursor = textOf(next)
    onProgress?.()
    for (const [partition, keys] of byPartition(listOf(names).map(textOf))) yield { partition, keys }
  } while (cursor !== '0')

  function byPartition(names: readonly string[]): Map<Partition, string[]> {
    const groups = new Map<Partition, string[]>()
    for (const name of names) {
      const { placeIndex, key } = layout.parse(name) ?? { placeIndex: -1, key: '' }
      const partition = partitions[placeIndex]
      // SCAN may tell of a key twice, and of one that has moved, on both servers.
      if (partition === undefined || seen.has(key) || !key.startsWith(prefix)) continue
      seen.add(key)
      groups.set(partition, [...(groups.get(partition) ?? []), key])
    }
    return groups
  }
}
