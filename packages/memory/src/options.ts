/** The options of memoryBackend, checked. */
import { type ByteSize, byteCount, ConfigError, positiveCount, requireKnownOptions } from '@stowage/core'

/** At least one limit is required: a cache that may grow without end is a leak. */
export interface MemoryOptions {
  readonly maxEntries?: number
  /** Estimated bytes of keys, values, tags and bookkeeping together. */
  readonly maxBytes?: ByteSize
  /** Bytes of a value. Default: an estimate of what it takes on the heap (size-of.ts). */
  readonly sizeOf?: (value: unknown) => number
}

export interface MemoryPlan {
  readonly maxEntries: number | undefined
  readonly maxBytes: number | undefined
  readonly sizeOf: ((value: unknown) => number) | undefined
}

/** @throws ConfigError naming the option, the value and what is allowed. */
export function planMemory(options: MemoryOptions): MemoryPlan {
  requireKnownOptions('memoryBackend', options, ['maxEntries', 'maxBytes', 'sizeOf'])
  const { maxEntries, maxBytes, sizeOf } = options
  if (maxEntries === undefined && maxBytes === undefined) {
    throw new ConfigError("memoryBackend: no limit; give maxEntries, maxBytes (e.g. '64MB') or both")
  }
  if (sizeOf !== undefined && typeof sizeOf !== 'function') {
    throw new ConfigError(`sizeOf: a ${typeof sizeOf} is not allowed; allowed: a function from a value to its bytes`)
  }
  return {
    maxEntries: maxEntries === undefined ? undefined : entryCount(maxEntries),
    maxBytes: maxBytes === undefined ? undefined : byteCount('maxBytes', maxBytes),
    sizeOf,
  }
}

/** As many keys as a Map can hold. */
const MAX_ENTRIES = 2 ** 24 - 1

function entryCount(count: number): number {
  if (positiveCount('maxEntries', count) <= MAX_ENTRIES) return count
  throw new ConfigError(
    `maxEntries: ${count} is more than one Map can hold; allowed: whole numbers from 1 to ${MAX_ENTRIES}`,
  )
}
