/** The options of the files backend: types, defaults, and the checks that run before a folder is touched. */
import { resolve } from 'node:path'
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

/** Which entry leaves first for want of room; `none`: entries are refused instead. */
export type Eviction = 'lru' | 'fifo' | 'none'

/** `relaxed`: survives a crash of the process. `strict`: on the disk before the promise resolves. */
export type Durability = 'relaxed' | 'strict'

export interface FsOptions {
  /** Folder of the cache; created when missing. Several processes may name the same one. It holds nothing else. */
  readonly directory: string
  /** What the files may take of the disk (README, "What is counted"). Default `'500MB'`. */
  readonly maxBytes?: ByteSize
  /** How many entries there may be. Default: not limited. */
  readonly maxEntries?: number
  /** Default `'lru'`. */
  readonly eviction?: Eviction
  /** Default `'relaxed'`. */
  readonly durability?: Durability
  /** How much memory of this process small contents may take that were read three times since they were written. Default `'16MB'`; 0: none. */
  readonly memoryBytes?: ByteSize
  /** Default `'refuse'`. `'allow'` only where all processes on the folder are on one machine. */
  readonly networkFilesystem?: 'refuse' | 'allow'
}

/** The options with every default filled in, checked. */
export interface FsPlan {
  /** Absolute: the working folder may change later. */
  readonly directory: string
  readonly maxBytes: number
  /** Nobody has said how much it may hold. */
  readonly isDefaultLimit: boolean
  readonly maxEntries: number | undefined
  readonly eviction: Eviction
  readonly durability: Durability
  readonly memoryBytes: number
  readonly networkFilesystem: 'refuse' | 'allow'
  /** Files of so many bytes or more are written off the event loop, whatever the disk's pace (disk-pace.ts). */
  readonly largeBytes: number
}

const DEFAULT_MAX_BYTES = 500_000_000
const DEFAULT_MEMORY_BYTES = 16_000_000
/** A value of a MiB and what is kept beside it: less than a millisecond of writing to the system's memory. */
const LARGE_BYTES = 1_114_112
const OPTIONS = [
  'directory',
  'maxBytes',
  'maxEntries',
  'eviction',
  'durability',
  'memoryBytes',
  'networkFilesystem',
] as const satisfies readonly (keyof FsOptions)[]

/** @throws ConfigError naming the option, its value and what is allowed. */
export function planFs(options: FsOptions): FsPlan {
  requireKnownOptions('fsBackend', options, OPTIONS)
  const { directory, maxBytes, maxEntries, eviction = 'lru', durability = 'relaxed' } = options
  const { memoryBytes = DEFAULT_MEMORY_BYTES } = options
  return {
    directory: folderPath(directory),
    maxBytes: maxBytes === undefined ? DEFAULT_MAX_BYTES : byteCount('maxBytes', maxBytes),
    isDefaultLimit: maxBytes === undefined && maxEntries === undefined,
    maxEntries: maxEntries === undefined ? undefined : positiveCount('maxEntries', maxEntries),
    eviction: oneOf('eviction', eviction, ['lru', 'fifo', 'none']),
    durability: oneOf('durability', durability, ['relaxed', 'strict']),
    memoryBytes: byteCountOrNone('memoryBytes', memoryBytes),
    networkFilesystem: oneOf('networkFilesystem', options.networkFilesystem ?? 'refuse', ['refuse', 'allow']),
    // Waiting for the disk is no work for the event loop, whatever the size.
    largeBytes: durability === 'strict' ? 0 : LARGE_BYTES,
  }
}

function folderPath(directory: unknown): string {
  if (typeof directory !== 'string' || directory.trim() === '' || directory.includes('\0')) {
    throw new ConfigError(
      `directory: ${describe(directory)} is not a path; allowed: the path of a folder, e.g. './cache'`,
    )
  }
  return resolve(directory)
}
