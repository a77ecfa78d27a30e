/**
 * The memory backend as a plain cache of `get` and `set`, for simulators: through the public face, with a ttl on every
 * entry and the coarse clock that hits read.
 */
import { type EntryFacts, type NewEntry, systemClock } from '@stowage/core'
import { type MemoryOptions, memoryBackend } from '@stowage/memory'

const TTL_MS = 3_600_000

export interface CacheUnderTest {
  get(key: string | number): unknown
  set(key: string | number, value: unknown): void
}

export function cacheUnderTest(options: MemoryOptions): CacheUnderTest {
  const backend = memoryBackend(options)
  const now = systemClock.recentMs?.bind(systemClock) ?? systemClock.nowMs.bind(systemClock)
  let facts = factsOf(now())
  return {
    get: (key) => backend.getSync(typeof key === 'string' ? key : String(key), now(), 'use'),
    set(key, value) {
      const nowMs = now()
      // Facts are read-only, and the same for all that is written within a millisecond.
      if (facts.storedAtMs !== nowMs) facts = factsOf(nowMs)
      const entry: NewEntry = { facts, value, maxBytes: Number.POSITIVE_INFINITY, encode: encodeNothing }
      void backend.set(typeof key === 'string' ? key : String(key), entry, nowMs, undefined)
    },
  }
}

/** By entries, as simulators count. */
export default function cacheOfEntries(capacity: number): CacheUnderTest {
  return cacheUnderTest({ maxEntries: capacity })
}

function factsOf(nowMs: number): EntryFacts {
  const endMs = nowMs + TTL_MS
  const times = { storedAtMs: nowMs, staleAtMs: endMs, errorOnlyAtMs: endMs, expireAtMs: endMs }
  return { ...times, tags: [], version: undefined, fingerprint: undefined, slidingMs: undefined }
}

function encodeNothing(): never {
  throw new Error('memory holds values; nothing asks for bytes')
}
