/** Going through all entries by SCAN: bounded batches, by partition, while everybody else goes on reading and writing. */
import { mastersOf, type RedisClient, type ServerClient } from './client.ts'
import { listen } from './client-events.ts'
import type { Partition } from './partition.ts'
import { listOf, textOf } from './reply.ts'
import { settledSlotOwners } from './slot-owners.ts'
import type { Store } from './store.ts'

/** How many keys a server looks at before it answers others again: well under a millisecond of its time. */
const SCAN_COUNT = 512

export interface Batch {
  readonly partition: Partition
  readonly keys: readonly string[]
}

/**
 * Keys that begin with `prefix`, each once; what is under one may be an entry, only leases, or by then nothing. All of them are in memory
 * until the end.
 */
export async function* sightings(store: Store, prefix: string): AsyncGenerator<Batch> {
  const seen = new Set<string>()
  for await (const { partition, keys } of repeatedSightings(store, prefix)) {
    const unseen = keys.filter((key) => !seen.has(key))
    for (const key of unseen) seen.add(key)
    if (unseen.length > 0) yield { partition, keys: unseen }
  }
}

/**
 * The same, for who may see a key again later: SCAN may tell of one twice, and of one that has moved, on both servers.
 * @param onProgress called after each answer of a server, also where it told of no such key
 */
export async function* repeatedSightings(store: Store, prefix: string, onProgress?: () => void): AsyncGenerator<Batch> {
  store.wire.requireOpen()
  yield* sightingsOnAll(store, await store.wire.connected(mastersOf), prefix, onProgress)
}

/**
 * The same, again until no entry that was there at the beginning can have been missed: one that moves from a server that is looked at
 * later to one that has been looked at already is on neither.
 * @throws Error when slots are being moved for too long
 */
export async function* allSightings(store: Store, prefix: string, onProgress?: () => void): AsyncGenerator<Batch> {
  if (!store.wire.isCluster) {
    yield* repeatedSightings(store, prefix, onProgress)
    return
  }
  for (let owners = await settledSlotOwners(store, onProgress); ; ) {
    yield* sightingsOnAll(store, owners.masters, prefix, onProgress)
    const after = await settledSlotOwners(store, onProgress)
    if (after.text === owners.text) return
    owners = after
  }
}

async function* sightingsOnAll(
  store: Store,
  masters: readonly ServerClient[],
  prefix: string,
  onProgress: (() => void) | undefined,
): AsyncGenerator<Batch> {
  for (const master of masters) yield* sightingsOn(store, master, prefix, onProgress)
}

async function* sightingsOn(
  { wire, layout, partitions }: Store,
  client: RedisClient,
  prefix: string,
  onProgress: (() => void) | undefined,
): AsyncGenerator<Batch> {
  const match = layout.matching(prefix)
  let lostCount = 0
  const stop = listen(client, 'close', () => {
    lostCount += 1
  })
  try {
    let server = await serverNow()
    let cursor = '0'
    let isBegunAnew = false
    do {
      const command = ['scan', cursor, 'match', match, 'count', String(SCAN_COUNT)] as const
      const [next, names] = listOf(await wire.call(command, client))
      onProgress?.()
      const answering = await serverNow()
      // To another server the cursor is another place: what it has in front of that would be passed over.
      isBegunAnew = answering !== server
      cursor = isBegunAnew ? '0' : textOf(next)
      server = answering
      for (const [partition, keys] of byPartition(listOf(names).map(textOf))) yield { partition, keys: [...keys] }
    } while (isBegunAnew || cursor !== '0')
  } finally {
    stop()
  }

  /**
   * Once it has said so: a user's client may have sent a question again before. Of a Cluster's servers each connection is another (its client
   * makes them anew only if it is told to: `clusterNodeRetryStrategy`), and who has which slot slot-owners.ts looks.
   */
  function serverNow(): Promise<string | undefined> {
    return wire.connected(() => (wire.isCluster ? String(lostCount) : wire.serverOf(undefined)))
  }

  function byPartition(names: readonly string[]): Map<Partition, Set<string>> {
    const groups = new Map<Partition, Set<string>>()
    for (const name of names) {
      const { placeIndex, key } = layout.parse(name) ?? { placeIndex: -1, key: '' }
      const partition = partitions[placeIndex]
      if (partition === undefined || !key.startsWith(prefix)) continue
      groups.set(partition, (groups.get(partition) ?? new Set()).add(key))
    }
    return groups
  }
}
