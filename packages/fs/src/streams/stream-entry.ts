/** What a caller says of a stream to be stored, as an entry's key and facts. */
import {
  ConfigError,
  describe,
  type EntryFacts,
  KeySpace,
  MAX_TAG_COUNT,
  NEVER_MS,
  requireKnownOptions,
  type Ttl,
  ttlMs,
  UsageError,
} from '@stowage/core'

/** Bytes in parts: a stream of Node, a web stream, or any generator of them. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Where the key is. */
export interface StreamPlace {
  /** Names from the root on, as in `cache.namespace('app').namespace('panel')`: `['app', 'panel']`. Default: the root. */
  readonly namespace?: readonly string[]
}

export interface StreamOptions extends StreamPlace {
  readonly ttl: Ttl
  readonly tags?: readonly string[]
  /** Of a cache that has a `version`, so that its `get` finds the entry. */
  readonly version?: string
  /** What the bytes were derived from. */
  readonly fingerprint?: string
  /** Ends the write, which then leaves nothing, also while the source is silent. */
  readonly signal?: AbortSignal
}

const OPTIONS = [
  'namespace',
  'ttl',
  'tags',
  'version',
  'fingerprint',
  'signal',
] as const satisfies readonly (keyof StreamOptions)[]

/** The keys and tags of the namespace, as a cache writes them. @throws ConfigError, or UsageError for a name that a cache would refuse */
export function spaceOf({ namespace = [] }: StreamPlace): KeySpace {
  const given: unknown = namespace
  if (!Array.isArray(given)) {
    throw new ConfigError(`namespace: ${describe(given)} is not allowed; allowed: a list of names from the root on`)
  }
  return namespace.reduce((space, name) => space.child(name), new KeySpace())
}

/** @throws ConfigError or UsageError for what is out of range. */
export function streamFacts(options: StreamOptions, nowMs: number): EntryFacts {
  requireKnownOptions('setStream', options, OPTIONS)
  const { ttl, tags = [], version, fingerprint, signal } = options
  const endMs = Math.min(nowMs + ttlMs('ttl', ttl), NEVER_MS)
  if (!Array.isArray(tags) || new Set(tags).size > MAX_TAG_COUNT) {
    const given = Array.isArray(tags) ? `a list of ${tags.length}` : describe(tags)
    throw new ConfigError(`tags: ${given} is not allowed; allowed: a list of up to ${MAX_TAG_COUNT} non-empty texts`)
  }
  requireText('version', version)
  requireText('fingerprint', fingerprint)
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ConfigError(`signal: ${describe(signal)} is not a signal; allowed: an AbortSignal`)
  }
  return {
    storedAtMs: nowMs,
    staleAtMs: endMs,
    errorOnlyAtMs: endMs,
    expireAtMs: endMs,
    tags: tagTexts(spaceOf(options), tags),
    version,
    fingerprint,
    slidingMs: undefined,
  }
}

/** @throws UsageError when it has no parts to be read */
export function requireParts(source: ByteSource): void {
  const hasParts =
    typeof source === 'object' && source !== null && (Symbol.asyncIterator in source || Symbol.iterator in source)
  if (!hasParts) {
    throw new UsageError(`setStream: ${describe(source)} is not a stream; allowed: a stream or generator of Uint8Array`)
  }
}

function requireText(option: string, text: unknown): void {
  if (text !== undefined && (typeof text !== 'string' || text.length === 0 || !text.isWellFormed())) {
    throw new ConfigError(`${option}: ${describe(text)} is not allowed; allowed: non-empty, well-formed text`)
  }
}

function tagTexts(space: KeySpace, tags: readonly string[]): readonly string[] {
  return [...new Set([...space.entryTags, ...space.storageTags(tags)])]
}
