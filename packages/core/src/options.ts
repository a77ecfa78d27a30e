/** The options of a cache and of a call: types, defaults, and the checks that run before anything is stored. */
import type { Backend } from './backend.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Codec } from './codec/codec.ts'
import { defaultCodec } from './codec/default-codec.ts'
import { ConfigError, describe } from './errors.ts'
import { type KeySpace, MAX_TAG_COUNT } from './key.ts'
import { oneOf, requireKnownOptions, share } from './limits.ts'
import { type Duration, durationMs, type Ttl, ttlMs } from './ttl.ts'

export interface CacheOptions {
  readonly backend: Backend
  /** How long entries are fresh, unless a call says otherwise. Required: nobody gets "forever" by accident. */
  readonly ttl: Ttl
  /** Name in stats, events and messages. Default `'cache'`. */
  readonly name?: string
  /** Data or deploy version: entries written under another one are misses, reason `changed`. */
  readonly version?: string
  /** `off`: get misses, set does nothing, getOrSet calls the loader. Default `'on'`. */
  readonly mode?: 'on' | 'off'
  /** How values become bytes on backends that hold bytes. Default: the codec that keeps types. */
  readonly codec?: Codec
  /** Each ttl is shortened by a random share up to this one, so that entries do not expire together. Default 0. */
  readonly jitter?: number
  /** How long after its ttl a value may be served while one load refreshes it behind. Default: not at all. */
  readonly staleWhileRevalidate?: Duration
  /** A backend operation slower than this is a fault. Default 2 s. */
  readonly backendTimeout?: Duration
  /** What a backend fault does to reads, loads and sets: go on without the cache (default), or throw. */
  readonly onFault?: 'bypass' | 'throw'
  readonly clock?: Clock
}

/** What a write may say about its entry. */
export interface EntryOptions {
  readonly ttl?: Ttl
  readonly tags?: readonly string[]
  readonly jitter?: number
  readonly staleWhileRevalidate?: Duration
  /** What the value was derived from (a file's size and mtime, a table's version): a read with another one is a miss. */
  readonly fingerprint?: string | (() => string)
}

/** What a getOrSet may say besides. */
export interface LoadOptions extends EntryOptions {
  /** Load even when a fresh value is stored. Joins a load already going on. */
  readonly fresh?: boolean
}

/** Entry options with every default filled in, checked. */
export interface EntryPlan {
  readonly freshMs: number
  readonly staleMs: number
  readonly jitter: number
  /** Storage texts, without duplicates; generation tags of the namespace included. */
  readonly tags: readonly string[]
  readonly fingerprint: string | undefined
}

/** A cache's own options with every default filled in, checked. */
export interface CachePlan {
  readonly backend: Backend
  readonly name: string
  readonly version: string | undefined
  readonly enabled: boolean
  readonly codec: Codec
  readonly clock: Clock
  readonly backendTimeoutMs: number
  readonly onFault: 'bypass' | 'throw'
  readonly entry: Pick<EntryPlan, 'freshMs' | 'staleMs' | 'jitter'>
}

const CACHE_OPTIONS = [
  'backend',
  'ttl',
  'name',
  'version',
  'mode',
  'codec',
  'jitter',
  'staleWhileRevalidate',
  'backendTimeout',
  'onFault',
  'clock',
] as const satisfies readonly (keyof CacheOptions)[]
const ENTRY_OPTIONS = ['ttl', 'tags', 'jitter', 'staleWhileRevalidate', 'fingerprint'] as const
const LOAD_OPTIONS = [...ENTRY_OPTIONS, 'fresh'] as const satisfies readonly (keyof LoadOptions)[]

const DEFAULT_BACKEND_TIMEOUT_MS = 2_000

/** @throws ConfigError naming the option, the value and what is allowed. */
export function planCache(options: CacheOptions): CachePlan {
  requireKnownOptions('createCache', options, CACHE_OPTIONS)
  const { backend, name = 'cache', version, codec = defaultCodec, clock = systemClock } = options
  if (typeof backend?.get !== 'function') {
    throw new ConfigError(
      `backend: ${describe(backend)} is not a backend; allowed: what memoryBackend(), sqliteBackend() and their like return`,
    )
  }
  if (options.ttl === undefined)
    throw new ConfigError("ttl: missing; say how long entries are fresh, e.g. '10m' or 'forever'")
  const { staleWhileRevalidate: window } = options
  return {
    backend,
    name: textOption('name', name),
    version: version === undefined ? undefined : textOption('version', version),
    enabled: oneOf('mode', options.mode ?? 'on', ['on', 'off']) === 'on',
    codec,
    clock,
    backendTimeoutMs:
      options.backendTimeout === undefined
        ? DEFAULT_BACKEND_TIMEOUT_MS
        : durationMs('backendTimeout', options.backendTimeout),
    onFault: oneOf('onFault', options.onFault ?? 'bypass', ['bypass', 'throw']),
    entry: {
      freshMs: ttlMs('ttl', options.ttl),
      staleMs: window === undefined ? 0 : durationMs('staleWhileRevalidate', window),
      jitter: share('jitter', options.jitter ?? 0),
    },
  }
}

/** @throws ConfigError or UsageError before anything is stored. */
export function planEntry(
  given: Ttl | EntryOptions | undefined,
  defaults: CachePlan['entry'],
  keys: KeySpace,
  known: readonly string[] = ENTRY_OPTIONS,
): EntryPlan {
  const options = typeof given === 'object' ? given : given === undefined ? {} : { ttl: given }
  requireKnownOptions('options', options, known)
  const { ttl, jitter, staleWhileRevalidate: window, fingerprint } = options
  return {
    freshMs: ttl === undefined ? defaults.freshMs : ttlMs('ttl', ttl),
    staleMs: window === undefined ? defaults.staleMs : durationMs('staleWhileRevalidate', window),
    jitter: jitter === undefined ? defaults.jitter : share('jitter', jitter),
    tags: planTags(options.tags, keys),
    fingerprint: fingerprint === undefined ? undefined : textOption('fingerprint', readFingerprint(fingerprint)),
  }
}

/** As {@link planEntry}, for a load. */
export function planLoad(
  given: Ttl | LoadOptions | undefined,
  defaults: CachePlan['entry'],
  keys: KeySpace,
): EntryPlan {
  return planEntry(given, defaults, keys, LOAD_OPTIONS)
}

/** Storage texts of the user's tags and of the namespace's generations. @throws UsageError */
export function planTags(tags: readonly string[] | undefined, keys: KeySpace): readonly string[] {
  if (tags === undefined || tags.length === 0) return keys.generationTags
  if (!Array.isArray(tags)) throw new ConfigError(`tags: ${describe(tags)} is not a list; allowed: an array of texts`)
  const texts = new Set(tags.map((tag: string) => keys.storageTag(tag)))
  if (texts.size > MAX_TAG_COUNT)
    throw new ConfigError(`tags: ${texts.size} is too many; allowed: ${MAX_TAG_COUNT} per entry`)
  return [...keys.generationTags, ...texts]
}

function readFingerprint(fingerprint: string | (() => string)): string {
  return typeof fingerprint === 'function' ? fingerprint() : fingerprint
}

function textOption(option: string, text: unknown): string {
  if (typeof text !== 'string' || text.length === 0) {
    throw new ConfigError(`${option}: ${describe(text)} is not allowed; allowed: non-empty text`)
  }
  return text
}
