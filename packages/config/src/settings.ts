/** Settings as users write them. kind-plan.ts checks them and fills in the defaults. */
import type { Bus, ByteSize, CacheOptions, Clock, Codec, Duration } from '@stowage/core'

/** A backend that is a store by itself. */
export type TierName = 'memory' | 'fs' | 'sqlite' | 'redis'

/** `hybrid`: several of them, nearest first. */
export type BackendName = TierName | 'hybrid'

export type CodecName = 'default' | 'json' | 'msgpack'

/** Who goes first for want of room. Not every backend knows every policy; one it does not know is refused. */
export type Eviction = 'adaptive' | 'lru' | 'lfu' | 'fifo' | 'none'

/** `full` and `selective` are for those who preload (what, is theirs to say); `disabled`: nothing is kept or served. */
export type Mode = 'full' | 'selective' | 'disabled'

/** What may be said of a store, whether it is alone or a tier. An option that its backend does not have is refused. */
export interface StoreSettings {
  /** Default: 64 MB for memory, 500 MB for fs and sqlite. Not for redis, whose server has its own limit. */
  readonly maxBytes?: ByteSize | undefined
  /** Not for redis. */
  readonly maxEntries?: number | undefined
  /** Default: what the backend does by itself. Not for redis. */
  readonly eviction?: Eviction | undefined
  /**
   * fs and sqlite only: most memory of this process for small entries that are read again and again; 0: none. Default: the backend's
   * own, and none for a tier behind one of memory, which holds them already.
   */
  readonly memoryBytes?: ByteSize | undefined
  /** memory only: measure what other sizes would bring, for `stats().missRatioCurve`. Default false. */
  readonly missRatioCurve?: boolean | undefined
  /** sqlite only: in how many files the entries are. */
  readonly shards?: number | undefined
  /** fs and sqlite only. */
  readonly durability?: 'relaxed' | 'strict' | undefined
  /** redis only, and needed there: `redis://` or `rediss://`. */
  readonly url?: string | undefined
}

export interface TierSettings extends StoreSettings {
  readonly backend: TierName
  /** Longest time a copy stays in this tier. Not for the last one. */
  readonly maxTtl?: Duration | undefined
}

/** One kind of cache: where it is kept, and all that a cache may be told but the backend object itself. */
export interface KindSettings
  extends StoreSettings,
    Omit<CacheOptions, 'backend' | 'ttl' | 'name' | 'mode' | 'codec' | 'clock'> {
  /** Needed, here or in the defaults. */
  readonly ttl?: CacheOptions['ttl'] | undefined
  /** Default `'hybrid'`. */
  readonly backend?: BackendName | undefined
  /** Of a hybrid, nearest first; a name alone stands for its defaults. Default: memory, then sqlite. */
  readonly tiers?: readonly (TierName | TierSettings)[] | undefined
  /** How values become bytes. Default `'default'`, the codec that keeps types. */
  readonly codec?: CodecName | Codec | undefined
  /** Default `'none'`. */
  readonly compression?: 'none' | 'zstd' | undefined
  /**
   * Of a hybrid whose last tier several processes share: how they hear of each other's changes. True: what that tier offers,
   * of sqlite a watch of the file, of redis a channel on the server. Default: not at all, and near copies stay for 30 s.
   */
  readonly bus?: boolean | Bus | undefined
  /** Of a hybrid: `behind` answers a write before it is in the last tier. Default `'through'`. */
  readonly write?: 'through' | 'behind' | undefined
  /** With `write: 'behind'`: how long a write waits at most, up to 5 s. Default 1 s. */
  readonly flushInterval?: Duration | undefined
  /** How often what has expired is reclaimed, besides what the cache does by itself. Default: nothing besides. */
  readonly sweepInterval?: Duration | undefined
}

/** What all kinds have in common. */
export interface SharedSettings {
  /** Each kind has a folder of its own name in it. Default `'cache'`, in the working folder. */
  readonly directory?: string | undefined
  /** Default `'full'`. */
  readonly mode?: Mode | undefined
  /** False: what would be on the disk is in memory instead. Default true. */
  readonly disk?: boolean | undefined
  /** Tests give `createFakeClock()` of `@stowage/core/testing`. Default: the machine's. */
  readonly clock?: Clock | undefined
  /** For whatever a kind does not say itself. */
  readonly defaults?: KindSettings | undefined
}

export interface CachesSettings<Kind extends string> extends SharedSettings {
  readonly kinds: Readonly<Record<Kind, KindSettings>>
}
