/** What a caller says of a stream to be stored, as an entry's key and facts. */
import {
  ConfigError,
  type EntryFacts,
  type Key,
  keyText,
  MAX_TAG_BYTES,
  MAX_TAG_COUNT,
  NEVER_MS,
  requireKnownOptions,
  type Ttl,
  ttlMs,
  UsageError,
} from '@stowage/core'

export interface StreamOptions {
  readonly ttl: Ttl
  readonly tags?: readonly string[]
  /** Of a cache that has a `version`, so that its `get` finds the entry. */
  readonly version?: string
  /** What the bytes were derived from. */
  readonly fingerprint?: string
  /** Ends the write, which then leaves nothing. */
  readonly signal?: AbortSignal
}

const OPTIONS = ['ttl', 'tags', 'version', 'fingerprint', 'signal'] as const satisfies readonly (keyof StreamOptions)[]

/** @throws ConfigError or UsageError for what is out of range. */
export function streamFacts(options: StreamOptions, nowMs: number): EntryFacts {
  requireKnownOptions('setStream', options, OPTIONS)
  const { ttl, tags = [], version, fingerprint } = options
  const endMs = Math.min(nowMs + ttlMs('ttl', ttl), NEVER_MS)
  if (!Array.isArray(tags) || tags.length > MAX_TAG_COUNT) {
    throw new ConfigError(`tags: ${String(tags)} is not a list of tags; allowed: up to ${MAX_TAG_COUNT} texts`)
  }
  return {
    storedAtMs: nowMs,
    staleAtMs: endMs,
    errorOnlyAtMs: endMs,
    expireAtMs: endMs,
    tags: [...new Set(tags.map(tagText))],
    version,
    fingerprint,
    slidingMs: undefined,
  }
}

/** Tags of the root are stored as its keys are. */
function tagText(tag: Key): string {
  if (typeof tag !== 'string' || tag === '') throw new UsageError('tags: a tag is a non-empty text')
  const text = keyText(tag)
  if (Buffer.byteLength(text) > MAX_TAG_BYTES)
    throw new UsageError(`tags: allowed are ${MAX_TAG_BYTES} bytes of UTF-8 each`)
  return text
}
