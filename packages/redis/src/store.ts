/** What the rooms of this package work on: one store, however many servers it is on. */
import type { RemovalCause } from '@stowage/core'
import type { Layout } from './layout.ts'
import type { RedisPlan } from './options.ts'
import type { OwnWrites } from './own-writes.ts'
import type { Partition } from './partition.ts'
import type { Wire } from './wire.ts'

export interface Store {
  readonly plan: RedisPlan
  readonly wire: Wire
  readonly layout: Layout
  readonly partitions: readonly Partition[]
  readonly ownWrites: OwnWrites
  partitionOf(key: string): Partition
  /** Tells the listeners. */
  removed(key: string, cause: RemovalCause): void
}
