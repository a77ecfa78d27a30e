/** The watches of a store: from every server the names of what has changed, as keys and invalidations, to all who listen. */
import { type CancelTimer, ConfigError, type InvalidationTarget, systemClock } from '@stowage/core'
import { mastersOf, type RedisClient, type ServerClient } from './client.ts'
import type { Moment } from './epoch.ts'
import { type ChangeListener, type ForeignChange, GAPS } from './foreign-change.ts'
import { InvalidationChannel } from './invalidation-channel.ts'
import type { Partition } from './partition.ts'
import type { Store } from './store.ts'

/** How soon a server that has joined a Cluster is listened to. */
const LOOK_MS = 1_000

/** What a client is tracked for. A connection has one tracking: a second watch would end the first without a word. */
const trackedFor = new WeakMap<RedisClient, ChangeWatch>()

export class ChangeWatch {
  readonly #store: Store
  readonly #listeners = new Set<ChangeListener>()
  readonly #channels = new Map<ServerClient, InvalidationChannel>()
  /** Of which servers nothing is heard at present. */
  readonly #silent = new Set<ServerClient>()
  /** Up to when its invalidations have been told of. */
  readonly #told = new Map<Partition, Moment>()
  #cancelLook: CancelTimer | undefined
  /** What has been told last. */
  #gap: ForeignChange['gap']

  constructor(store: Store) {
    this.#store = store
  }

  add(listener: ChangeListener): () => void {
    const { wire } = this.#store
    wire.requireOpen()
    if ((trackedFor.get(wire.client) ?? this) !== this) {
      throw new ConfigError(
        'watch: another backend with the same client is watched already; allowed: a client for each',
      )
    }
    trackedFor.set(wire.client, this)
    this.#listeners.add(listener)
    if (this.#cancelLook === undefined) this.#look()
    else if (this.#isWhole) {
      // For others, already.
      queueMicrotask(() => {
        if (this.#listeners.has(listener) && this.#isWhole) listener(GAPS.over)
      })
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.stop()
    }
  }

  stop(): void {
    const { client } = this.#store.wire
    if (trackedFor.get(client) === this) trackedFor.delete(client)
    this.#cancelLook?.()
    this.#cancelLook = undefined
    for (const channel of this.#channels.values()) channel.stop()
    this.#channels.clear()
    this.#silent.clear()
    this.#gap = undefined
  }

  /** Every master has a channel, and nobody else. */
  #look(): void {
    // A Cluster's client may have known of no server just when the last one was heard again.
    if (this.#gap === 'open' && this.#isWhole) this.#tell(GAPS.over)
    const { client } = this.#store.wire
    const masters = new Set(mastersOf(client))
    for (const [server, channel] of this.#channels) {
      if (masters.has(server)) continue
      channel.stop()
      this.#channels.delete(server)
      this.#silent.delete(server)
      // What it had is told of by another from now on, and may have been changed there before.
      void this.#caughtUp(server, () => !this.#channels.has(server))
    }
    for (const server of masters) {
      if (!this.#channels.has(server)) this.#channels.set(server, this.#listenTo(server))
    }
    this.#cancelLook = systemClock.schedule(LOOK_MS, () => this.#look())
  }

  #listenTo(server: ServerClient): InvalidationChannel {
    let breakCount = 0
    this.#silent.add(server)
    if (this.#channels.size > 0) this.#tell(GAPS.open)
    return new InvalidationChannel(server, this.#store.layout.watched, {
      ask: (command) => this.#store.wire.call(command, server),
      changed: (names) => void this.#changed(names),
      gap: (gap) => {
        if (gap === 'open') {
          breakCount += 1
          this.#silent.add(server)
          this.#tell(GAPS.open)
        } else {
          const count = breakCount
          void this.#caughtUp(server, () => count === breakCount && this.#channels.has(server))
        }
      },
    })
  }

  /** What comes after it is told of from here on; what came before, nobody knows. In this order, or what came between was never told. */
  async #caughtUp(server: ServerClient, isStill: () => boolean): Promise<void> {
    this.#told.clear()
    await Promise.allSettled(
      this.#store.partitions.map(async (partition) => {
        const moment = await partition.moment()
        if (!this.#told.has(partition)) this.#told.set(partition, moment)
      }),
    )
    if (this.#cancelLook === undefined || !isStill()) return
    this.#silent.delete(server)
    this.#tell(this.#isWhole ? GAPS.over : GAPS.open)
  }

  /** Whether every server tells. A Cluster's client that has lost its connections knows of none. */
  get #isWhole(): boolean {
    const masters = mastersOf(this.#store.wire.client)
    return masters.length > 0 && this.#silent.size === 0 && masters.every((server) => this.#channels.has(server))
  }

  async #changed(names: readonly string[]): Promise<void> {
    const { layout, partitions } = this.#store
    const keys = names.flatMap((name) => layout.parse(name)?.key ?? [])
    if (keys.length > 0) this.#tell({ keys, targets: [] })
    const epochs = new Set(names)
    for (const partition of partitions) {
      if (!epochs.has(partition.place.epoch)) continue
      const targets = await this.#invalidated(partition)
      this.#tell({ keys: [], targets })
      // Who is told so takes it for a gap that is over, which it is not while a server is silent.
      if (targets === 'any' && this.#gap === 'open') this.#tell(GAPS.open)
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
    this.#gap = change.gap ?? this.#gap
    for (const listener of this.#listeners) listener(change)
  }
}
