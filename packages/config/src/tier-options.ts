/**
 * What backends are told, by shape: their own types are those of packages that a user may not have installed, and
 * declarations that name them would not compile there. `openStore` hands each to its backend, where the two are compared.
 */
import type { ByteSize } from '@stowage/core'

interface Bounds {
  readonly maxBytes?: ByteSize
  readonly maxEntries?: number
}

export interface MemoryTier extends Bounds {
  readonly policy?: 'adaptive' | 'lru'
  readonly missRatioCurve?: boolean
}

interface DiskTier extends Bounds {
  readonly durability?: 'relaxed' | 'strict'
  readonly memoryBytes?: ByteSize
  readonly networkFilesystem?: 'refuse' | 'allow'
}

export interface FsTier extends DiskTier {
  readonly directory: string
  readonly eviction?: 'lru' | 'fifo' | 'none'
}

export interface SqliteTier extends DiskTier {
  readonly path: string
  readonly eviction?: 'lru' | 'lfu' | 'fifo' | 'none'
  readonly shards?: number
  readonly begin?: 'allow' | 'refuse'
}

export interface RedisTier {
  readonly url: string
  readonly prefix?: string
}
