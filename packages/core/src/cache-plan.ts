/** A cache's own options checked and completed, with what its calls get when they say nothing. */
import type { Backend } from './backend.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Codec } from './codec/codec.ts'
import { defaultCodec } from './codec/default-codec.ts'
import { ConfigError, describe } from './errors.ts'
import { MAX_TAG_BYTES, MAX_TAG_COUNT } from './key.ts'
import { byteCount, hasMethods, oneOf, requireClock, requireKnownOptions } from './limits.ts'
import type { CacheOptions } from './options.ts'
import { CALL_DEFAULTS, LOAD_DEFAULTS, type LoadPlan, planDefaults, textOption } from './plan.ts'
import { durationMs, ttlMs } from './ttl.ts'

/** A cache's own options with every default filled in, checked. */
export interface CachePlan {
  readonly backend: Backend
  readonly name: string
  readonly version: string | undefined
  readonly enabled: boolean
  /** For every entry; as the user calls them. */
  readonly tags: readonly string[]
  readonly codec: Codec
  readonly clock: Clock
  /** The clock as hits read it: as of this turn of the event loop. */
  readonly recentMs: () => number
  /** Infinity: what the backend allows. */
  readonly maxEntryBytes: number
  readonly backendTimeoutMs: number
  readonly onFault: 'bypass' | 'throw'
  /** What calls that say nothing get. */
  readonly defaults: LoadPlan
}

const CACHE_OPTIONS = [
  'backend',
  'ttl',
  'name',
  'version',
  'tags',
  'mode',
  'codec',
  'maxEntryBytes',
  'backendTimeout',
  'onFault',
  'clock',
  ...CALL_DEFAULTS,
  ...LOAD_DEFAULTS,
] as const satisfies readonly (keyof CacheOptions)[]
/** What tells a backend from a Map and the like; the contract has more. */
const BACKEND_METHODS = [
  'getSync',
  'get',
  'set',
  'delete',
  'touch',
  'invalidate',
  'lease',
  'renew',
  'scan',
  'onRemoval',
  'close',
] as const satisfies readonly (keyof Backend)[]

const DEFAULT_BACKEND_TIMEOUT_MS = 2_000

/** @throws ConfigError naming the option, the value and what is allowed. */
export function planCache(options: CacheOptions): CachePlan {
  requireKnownOptions('createCache', options, CACHE_OPTIONS)
  const { backend } = options
  if (!hasMethods(backend, BACKEND_METHODS)) {
    throw new ConfigError(
      `backend: ${describe(backend)} is not a backend; allowed: what memoryBackend(), sqliteBackend() and their like return`,
    )
  }
  return { ...planOptions(options), backend }
}

/** For whoever opens the backend only when all else is in order. @throws ConfigError as createCache would */
export function requireCacheOptions(options: Omit<CacheOptions, 'backend'>): void {
  requireKnownOptions('createCache', options, CACHE_OPTIONS)
  planOptions(options)
}

function planOptions(
  options: Omit<CacheOptions, 'backend'> & { readonly backend?: Backend },
): Omit<CachePlan, 'backend'> {
  const { name = 'cache', version, codec = defaultCodec, clock = systemClock, backendTimeout, maxEntryBytes } = options
  if (!hasMethods(codec, ['encode', 'decode'])) {
    throw new ConfigError(`codec: ${describe(codec)} is not a codec; allowed: an object with name, encode and decode`)
  }
  requireClock(clock)
  if (options.ttl === undefined) {
    throw new ConfigError("ttl: missing; say how long entries are fresh, e.g. '10m' or 'forever'")
  }
  return {
    name: textOption('name', name),
    version: version === undefined ? undefined : textOption('version', version),
    tags: requireTags(options.tags ?? []),
    enabled: oneOf('mode', options.mode ?? 'on', ['on', 'off']) === 'on',
    codec,
    clock,
    // Where only bytes are held nothing is answered at once, and its timer would cost more than it saves.
    recentMs:
      (options.backend?.capabilities.holds === 'bytes' ? undefined : clock.recentMs?.bind(clock)) ??
      clock.nowMs.bind(clock),
    maxEntryBytes: maxEntryBytes === undefined ? Number.POSITIVE_INFINITY : byteCount('maxEntryBytes', maxEntryBytes),
    backendTimeoutMs:
      backendTimeout === undefined ? DEFAULT_BACKEND_TIMEOUT_MS : durationMs('backendTimeout', backendTimeout),
    onFault: oneOf('onFault', options.onFault ?? 'bypass', ['bypass', 'throw']),
    defaults: planDefaults(ttlMs('ttl', options.ttl), options),
  }
}

function isTagList(tags: unknown): tags is readonly string[] {
  const fits = (tag: unknown) =>
    typeof tag === 'string' && tag !== '' && tag.isWellFormed() && Buffer.byteLength(tag) <= MAX_TAG_BYTES
  return Array.isArray(tags) && tags.length <= MAX_TAG_COUNT && tags.every(fits)
}

/** @throws ConfigError */
function requireTags(tags: readonly string[]): readonly string[] {
  if (isTagList(tags)) return [...tags]
  throw new ConfigError(
    `tags: ${describe(tags)} is not allowed; allowed: an array of up to ${MAX_TAG_COUNT} non-empty texts of up to ${MAX_TAG_BYTES} bytes`,
  )
}
