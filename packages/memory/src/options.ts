/** The options of memoryBackend, checked. */
import {
  type ByteSize,
  byteCount,
  ConfigError,
  describe,
  oneOf,
  positiveCount,
  requireKnownOptions,
} from '@stowage/core'
import type { Isolation } from './isolation.ts'
import { MAX_ENTRIES } from './occupancy.ts'

/** At least one limit is required: a cache that may grow without end is a leak. */
export interface MemoryOptions {
  readonly maxEntries?: number
  /** Estimated bytes of keys, values, tags and bookkeeping together. */
  readonly maxBytes?: ByteSize
  /** An entry of more bytes is refused. Default: `maxBytes`, and 4 GiB at most. */
  readonly maxEntryBytes?: ByteSize
  /**
   * Who goes first. `adaptive` (default): what was used once goes before what is used again (adaptive-order.ts). `lru`:
   * the least recently used.
   */
  readonly policy?: 'adaptive' | 'lru'
  /** What a caller's mutation of a value can do (isolation.ts). Default `reference`: treat values as read-only. */
  readonly isolation?: Isolation
  /** Bytes of a value. Default: an estimate of what it takes on the heap (size-of.ts). */
  readonly sizeOf?: (value: unknown) => number
  /**
   * Measure what other sizes would bring, for `missRatioCurve()`: about 3 MB, half a hit more per hit, and a hash per miss. Default false.
   */
  readonly missRatioCurve?: boolean
}

export interface MemoryPlan {
  readonly maxEntries: number | undefined
  readonly maxBytes: number | undefined
  readonly maxEntryBytes: number
  /** Whether entries are weighed when they are written: something is to be refused or evicted for its bytes. */
  readonly isWeighed: boolean
  readonly policy: 'adaptive' | 'lru'
  readonly isolation: Isolation
  readonly sizeOf: ((value: unknown) => number) | undefined
  readonly missRatioCurve: boolean
}

/** What four bytes of a slot can tell. */
const MAX_ENTRY_BYTES = 2 ** 32 - 1

/** @throws ConfigError naming the option, the value and what is allowed. */
export function planMemory(options: MemoryOptions): MemoryPlan {
  requireKnownOptions('memoryBackend', options, [
    'maxEntries',
    'maxBytes',
    'maxEntryBytes',
    'policy',
    'isolation',
    'sizeOf',
    'missRatioCurve',
  ])
  const {
    maxEntries,
    maxBytes,
    maxEntryBytes,
    policy = 'adaptive',
    isolation = 'reference',
    sizeOf,
    missRatioCurve = false,
  } = options
  if (maxEntries === undefined && maxBytes === undefined) {
    throw new ConfigError("memoryBackend: no limit; give maxEntries, maxBytes (e.g. '64MB') or both")
  }
  if (sizeOf !== undefined && typeof sizeOf !== 'function') {
    throw new ConfigError(`sizeOf: ${describe(sizeOf)} is not allowed; allowed: a function from a value to its bytes`)
  }
  if (typeof missRatioCurve !== 'boolean') {
    throw new ConfigError(`missRatioCurve: ${describe(missRatioCurve)} is not allowed; allowed: true, false`)
  }
  const mostBytes = maxBytes === undefined ? undefined : byteCount('maxBytes', maxBytes)
  const ownMostBytes = maxEntryBytes === undefined ? undefined : byteCount('maxEntryBytes', maxEntryBytes)
  return {
    maxEntries: maxEntries === undefined ? undefined : entryCount(maxEntries),
    maxBytes: mostBytes,
    maxEntryBytes: Math.min(ownMostBytes ?? MAX_ENTRY_BYTES, mostBytes ?? MAX_ENTRY_BYTES, MAX_ENTRY_BYTES),
    isWeighed: maxBytes !== undefined || maxEntryBytes !== undefined || sizeOf !== undefined,
    policy: oneOf('policy', policy, ['adaptive', 'lru']),
    isolation: oneOf('isolation', isolation, ['reference', 'copy', 'freeze']),
    sizeOf,
    missRatioCurve,
  }
}

function entryCount(count: number): number {
  if (positiveCount('maxEntries', count) <= MAX_ENTRIES) return count
  throw new ConfigError(
    `maxEntries: ${count} is more than one Map can hold; allowed: whole numbers from 1 to ${MAX_ENTRIES}`,
  )
}
