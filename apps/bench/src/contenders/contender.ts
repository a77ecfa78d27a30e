/**
 * What a cache is to the workloads: the calls it has, under one name each. A call that is absent does not exist there.
 * Contenders import their package when they are opened, so that a process loads one cache only.
 */

interface CacheSetup {
  /** How many entries will be stored; limits must leave room for all. */
  readonly entryCount: number
  /** What a getOrSet loads. */
  readonly load: (key: string) => object | Promise<object>
  /** A folder of this bout's own, removed afterwards. */
  readonly directory: string
}

export interface OpenCache {
  readonly set: (key: string, value: object | string) => unknown
  /** All together, as its users would write them. Absent: as sets that do not wait for each other. */
  readonly setAll?: (entries: readonly (readonly [key: string, value: object])[]) => unknown
  readonly setTagged?: (key: string, value: object, tags: string[]) => unknown
  readonly get?: (key: string) => Promise<unknown>
  readonly getSync?: (key: string) => unknown
  /** @returns the values of those that are there */
  readonly getMany?: (keys: readonly string[]) => Promise<readonly unknown[]>
  readonly getOrSet?: (key: string) => Promise<unknown>
  readonly delete?: (key: string) => unknown
  readonly invalidateTag?: (tag: string) => unknown
  readonly close?: () => unknown
}

export interface Contender {
  readonly name: string
  readonly packages: readonly string[]
  /** It needs a server: of its own, or the one that is shared on its folder (redis-server.ts). */
  readonly isOnRedis?: boolean
  open(setup: CacheSetup): Promise<OpenCache>
}

/** Everything is kept this long, so that a hit always pays for looking at its ttl. */
export const TTL_MS = 3_600_000
