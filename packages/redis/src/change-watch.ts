/** The watches of a store: from every server the names of what has changed, as keys and invalidations, to all who listen. */
import { type CancelTimer, type InvalidationTarget, systemClock } from '@stowage/core'
import { mastersOf, type ServerClient } from './client.ts'
import type { Moment } from './epoch.ts'
import { type ChangeListener, type ForeignChange, GAP } from './foreign-change.ts'
import { InvalidationChannel } from './invalidation-channel.ts'
import type { Partition } from './partition.ts'
import type { Store } from './store.ts'

/** How soon a server that has joined a Cluster is listened to. */
const LOOK_MS = 1_000

export class ChangeWatch {
  readonly #store: Store
  readonly #listeners = new Set<ChangeListener>()
  readonly #channels = new Map<ServerClient, InvalidationChannel>()
  /** Up to when its invalidations have been told of. */
  readonly #told = new Map<Partition, Moment>()
  #cancelLook: CancelTimer | undefined

  constructor(store: Store) {
    this.#store = store
  }

  add(listener: ChangeListener): () => void {
    this.#store.wire.requireOpen()
    this.#listeners.add(listener)
    if (this.#cancelLook === undefined) this.#look()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.stop()
    }
  }

  stop(): void {
    this.#cancelLook?.()
    this.#cancelLook = undefined
    for (const channel of this.#channels.values()) channel.stop()
    this.#channels.clear()
  }

  /** Every master has a channel, and nobody else. */
  #look(): void {
    const { client } = this.#store.wire
    const masters = new Set(mastersOf(client))
    for (const [server, channel] of this.#channels) {
      if (masters.has(server)) continue
      channel.stop()
      this.#channels.delete(server)
      this.#tell(GAP)
    }
    for (const server of masters) {
      if (!this.#channels.has(server)) this.#channels.set(server, this.#listenTo(server))
    }
    this.#cancelLook = systemClock.schedule(LOOK_MS, () => this.#look())
  }

  #listenTo(server: ServerClient): InvalidationChannel {
    const { layout } = this.#store
    return new InvalidationChannel(server, layout.watched, {
      changed: (names) => void this.#changed(names),
      gap: () => void this.#gap(),
    })
  }

  /** What comes after it is told of from here on. */
  async #gap(): Promise<void> {
    this.#told.clear()
    this.#tell(GAP)
    await Promise.allSettled(
      this.#store.partitions.map(async (partition) => {
        const moment = await partition.moment()
        if (!this.#told.has(partition)) this.#told.set(partition, moment)
      }),
    )
  }

  async #changed(names: readonly string[]): Promise<void> {
    const { layout, partitions } = this.#store
    const keys = names.flatMap((name) => layout.parse(name)?.key ?? [])
    if (keys.length > 0) this.#tell({ keys, targets: [] })
    const epochs = new Set(names)
    for (const partition of partitions) {
      if (epochs.has(partition.place.epoch)) this.#tell({ keys: [], targets: await this.#invalidated(partition) })
    }
  }

  async #invalidated(partition: Partition): Promise<readonly InvalidationTarget[] | 'any'> {
    const told = this.#told.get(partition)
    try {
      const news = await partition.newsSince(told)
      this.#told.set(partition, news.epoch)
      if (news.isAll) return 'any'
      const tags = news.tags.map(([tag]) => tag)
      const prefixes = news.prefixes.map(([prefix]) => ({ prefix }))
      return tags.length === 0 ? prefixes : [{ tags }, ...prefixes]
    } catch {
      // That something was invalidated is known all the same.
      return 'any'
    }
  }

  #tell(change: ForeignChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}
