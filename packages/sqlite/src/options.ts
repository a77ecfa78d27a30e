/** The options of the sqlite backend: types, defaults, and the checks that run before a file is touched. */
import { isAbsolute, resolve } from 'node:path'
import {
  type ByteSize,
  byteCount,
  byteCountOrNone,
  ConfigError,
  describe,
  oneOf,
  positiveCount,
  requireKnownOptions,
} from '@stowage/core'
import { MAX_SHARD_COUNT, type Shard } from './shard.ts'

/** Which entry leaves first for want of room; `none`: entries are refused instead. */
export type Eviction = 'lru' | 'lfu' | 'fifo' | 'none'

/** `relaxed`: survives a crash of the process. `strict`: on the disk before the promise resolves. */
export type Durability = 'relaxed' | 'strict'

export interface SqliteOptions {
  /** File of the cache; created when missing, with its folder. Several processes may name the same one. */
  readonly path: string
  /** What the cache may take of the disk (README, "What is counted"). Default `'500MB'`. */
  readonly maxBytes?: ByteSize
  /** How many entries there may be. Default: not limited. */
  readonly maxEntries?: number
  /** Most memory of this process for small entries that are read again and again. Default `'64MB'`; 0: none. */
  readonly memoryBytes?: ByteSize
  /** Default `'lru'`. */
  readonly eviction?: Eviction
  /** Default `'relaxed'`. */
  readonly durability?: Durability
  /** In how many files the entries are, for several processes that write a lot. 1 to 64. Default 1. Stays as it was begun. */
  readonly shards?: number
  /** Default `'refuse'`. `'allow'` only where all processes on the file are on one machine, whatever its filesystem is called. */
  readonly networkFilesystem?: 'refuse' | 'allow'
  /** Default `'allow'`. `'refuse'`: a file that is missing or damaged stays so, and opening it throws. */
  readonly begin?: 'refuse' | 'allow'
}

/** The options with every default filled in, checked. */
export interface SqlitePlan {
  /** Absolute: the working folder may change later. */
  readonly path: string
  readonly maxBytes: number
  /** Nobody has said how much it may hold. */
  readonly isDefaultLimit: boolean
  readonly maxEntries: number | undefined
  readonly memoryBytes: number
  readonly eviction: Eviction
  readonly durability: Durability
  /** Before the cache is divided (shard-plan.ts): the first of so many. */
  readonly shard: Shard
  /** Values of so many bytes or more go into files of their own. */
  readonly valueFileBytes: number
  readonly networkFilesystem: 'refuse' | 'allow'
  /** Whether a cache may be begun where there is none, or none that can be used. */
  readonly begin: 'refuse' | 'allow'
}

const DEFAULT_MAX_BYTES = 500_000_000
/** The 20,000 entries of 2 KB of `pnpm bench --only store-get` fit. */
const DEFAULT_MEMORY_BYTES = 64_000_000
/** Measured (docs/decisions/0011-value-files.md). */
const VALUE_FILE_BYTES = 131_072
const OPTIONS = [
  'path',
  'maxBytes',
  'maxEntries',
  'memoryBytes',
  'eviction',
  'durability',
  'shards',
  'networkFilesystem',
  'begin',
] as const satisfies readonly (keyof SqliteOptions)[]

/** @throws ConfigError naming the option, its value and what is allowed. */
export function planSqlite(options: SqliteOptions): SqlitePlan {
  requireKnownOptions('sqliteBackend', options, OPTIONS)
  const { path, maxBytes, maxEntries, eviction = 'lru', durability = 'relaxed' } = options
  const { networkFilesystem = 'refuse', begin = 'allow', memoryBytes = DEFAULT_MEMORY_BYTES } = options
  return {
    path: filePath('path', path),
    maxBytes: maxBytes === undefined ? DEFAULT_MAX_BYTES : byteCount('maxBytes', maxBytes),
    isDefaultLimit: maxBytes === undefined && maxEntries === undefined,
    maxEntries: maxEntries === undefined ? undefined : positiveCount('maxEntries', maxEntries),
    memoryBytes: byteCountOrNone('memoryBytes', memoryBytes),
    eviction: oneOf('eviction', eviction, ['lru', 'lfu', 'fifo', 'none']),
    durability: oneOf('durability', durability, ['relaxed', 'strict']),
    shard: { index: 0, count: shardCount(options.shards, maxEntries) },
    valueFileBytes: VALUE_FILE_BYTES,
    networkFilesystem: oneOf('networkFilesystem', networkFilesystem, ['refuse', 'allow']),
    begin: oneOf('begin', begin, ['refuse', 'allow']),
  }
}

function shardCount(shards: number | undefined, maxEntries: number | undefined): number {
  const count = shards === undefined ? 1 : positiveCount('shards', shards)
  if (count > MAX_SHARD_COUNT) throw new ConfigError(`shards: ${count} is too many; allowed: 1 to ${MAX_SHARD_COUNT}`)
  if (maxEntries !== undefined && maxEntries < count) {
    throw new ConfigError(`maxEntries: ${maxEntries} is too few for ${count} shards; allowed: one for each, or more`)
  }
  return count
}

/** Absolute. @throws ConfigError when it cannot be the path of a file. */
export function filePath(option: string, path: unknown): string {
  if (typeof path !== 'string' || path.trim() === '' || path.includes('\0')) {
    throw new ConfigError(
      `${option}: ${describe(path)} is not a path; allowed: the path of a file, e.g. './cache/app.db'`,
    )
  }
  if (path.startsWith(':memory:') || path.startsWith('file:')) {
    const instead = path.startsWith('file:')
      ? 'a plain path, not a URI'
      : 'memoryBackend() of @stowage/memory for a cache in memory'
    throw new ConfigError(`${option}: ${describe(path)} is not the path of a file; allowed: ${instead}`)
  }
  if (path.trimEnd() !== path) {
    // The driver cuts it off: two paths would be one file, each with a folder of large values of its own.
    throw new ConfigError(`${option}: ${describe(path)} ends in white space; allowed: a path that does not`)
  }
  return isAbsolute(path) ? path : resolve(path)
}
