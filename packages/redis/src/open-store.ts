/** Brings a store together: the client, the wire over it, and the partitions. */
import type { RemovalListener } from '@stowage/core'
import { hearAsking } from './asking.ts'
import { isCluster, type RedisClient } from './client.ts'
import { requireFit, warnOfHanging } from './hanging-defaults.ts'
import { Layout } from './layout.ts'
import { endLostOfNodes } from './node-connections.ts'
import type { RedisOptions, RedisPlan } from './options.ts'
import { ownClient } from './own-client.ts'
import { OwnWrites } from './own-writes.ts'
import { Partition } from './partition.ts'
import type { Store } from './store.ts'
import { Wire } from './wire.ts'

interface OpenStore extends Pick<Connected, 'disconnect'> {
  readonly store: Store
}

/** @throws ConfigError for a client that cannot be used */
export function openStore(options: RedisOptions, plan: RedisPlan, removed: RemovalListener): OpenStore {
  const { client, disconnect } = connect(options, plan)
  const wire = new Wire(client, plan.timeoutMs)
  const layout = new Layout(plan.prefix, isCluster(client))
  const [first, ...others] = layout.places.map((place) => new Partition(wire, place))
  if (first === undefined) throw new Error('a store has at least one partition')
  const partitions = [first, ...others]
  return {
    store: {
      plan,
      wire,
      layout,
      partitions,
      ownWrites: new OwnWrites(),
      partitionOf: (key) => partitions[layout.placeIndexOf(key)] ?? first,
      removed,
    },
    disconnect,
  }
}

interface Connected {
  readonly client: RedisClient
  /** A client of the user's own stays connected. */
  readonly disconnect: () => void
}

/** @throws ConfigError for a client that cannot be used */
export function connect(options: RedisOptions, plan: RedisPlan): Connected {
  if ('client' in options) {
    requireFit(options.client)
    warnOfHanging(options.client)
    return { client: options.client, disconnect: hearNodes(options.client) }
  }
  const client = ownClient(options, plan.timeoutMs)
  try {
    requireFit(client)
  } catch (thrown) {
    client.disconnect()
    throw thrown
  }
  hearNodes(client)
  return { client, disconnect: () => client.disconnect() }
}

/** @returns how to stop */
function hearNodes(client: RedisClient): () => void {
  const stops = [hearAsking(client), endLostOfNodes(client)]
  return () => {
    for (const stop of stops) stop()
  }
}
