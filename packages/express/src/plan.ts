/** Options checked once, with their defaults: what a route goes by. */
import {
  byteCount,
  type Cache,
  type Clock,
  ConfigError,
  describe,
  durationMs,
  oneOf,
  positiveCount,
  requireClock,
  requireFunction,
  requireKnownOptions,
  systemClock,
} from '@stowage/core'
import type { HttpCacheOptions } from './options.ts'

export interface RoutePlan {
  readonly cache: Cache
  readonly clock: Clock
  readonly name: string
  readonly ttlMs: number | undefined
  readonly staleWhileRevalidateMs: number
  readonly staleIfErrorMs: number
  readonly tags: HttpCacheOptions['tags']
  readonly hideTags: boolean
  readonly key: HttpCacheOptions['key']
  readonly partition: HttpCacheOptions['partition']
  readonly vary: readonly string[]
  readonly ignoredQuery: ReadonlySet<string>
  readonly bypass: HttpCacheOptions['bypass']
  readonly ignoresCredentials: boolean
  readonly heuristic: boolean
  readonly etag: boolean
  readonly obeysRequests: boolean
  readonly maxBodyBytes: number
  readonly bodies: HttpCacheOptions['bodies']
  readonly maxStreamedBytes: number
  readonly maxVariants: number
  readonly collapseTimeoutMs: number
  readonly cacheStatus: boolean | 'key'
  readonly strictUnkeyed: boolean
}

const OPTIONS = [
  'cache',
  'name',
  'ttl',
  'staleWhileRevalidate',
  'staleIfError',
  'tags',
  'hideTags',
  'key',
  'partition',
  'vary',
  'ignoreQuery',
  'bypass',
  'credentials',
  'heuristic',
  'etag',
  'requestDirectives',
  'maxBodyBytes',
  'bodies',
  'maxStreamedBytes',
  'maxVariants',
  'collapseTimeout',
  'cacheStatus',
  'strictUnkeyed',
  'clock',
] as const satisfies readonly (keyof HttpCacheOptions)[]

const DEFAULT_STALE_IF_ERROR_MS = 3_600_000
const DEFAULT_MAX_BODY_BYTES = 4 * 1_048_576
const DEFAULT_MAX_STREAMED_BYTES = 1_073_741_824
const DEFAULT_MAX_VARIANTS = 64
const DEFAULT_COLLAPSE_TIMEOUT_MS = 10_000
const NAME = /^[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*$/
const FIELD_NAME = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/

/** @throws ConfigError */
export function planRoute(options: HttpCacheOptions): RoutePlan {
  requireKnownOptions('httpCache', options, OPTIONS)
  const { cache, name = 'Stowage', tags } = options
  requireCache('httpCache', cache)
  if (!NAME.test(name)) {
    throw new ConfigError(
      `name: ${describe(name)} is not allowed; allowed: a token of a structured field: a letter or *, then letters, digits, - and the like`,
    )
  }
  for (const option of ['key', 'partition', 'bypass'] as const) {
    if (options[option] !== undefined) requireFunction(option, options[option])
  }
  const { clock = systemClock } = options
  requireClock(clock)
  requireBodyStore(options.bodies)
  return {
    cache,
    clock,
    name,
    ttlMs: optionalMs('ttl', options.ttl),
    staleWhileRevalidateMs: optionalMs('staleWhileRevalidate', options.staleWhileRevalidate) ?? 0,
    staleIfErrorMs: optionalMs('staleIfError', options.staleIfError) ?? DEFAULT_STALE_IF_ERROR_MS,
    tags: typeof tags === 'function' ? tags : textList('tags', tags, () => true),
    hideTags: flag('hideTags', options.hideTags),
    key: options.key,
    partition: options.partition,
    vary: textList('vary', options.vary, (each) => FIELD_NAME.test(each)).map((each) => each.toLowerCase()),
    ignoredQuery: new Set(textList('ignoreQuery', options.ignoreQuery, (each) => !/[&=#]/.test(each))),
    bypass: options.bypass,
    ignoresCredentials: oneOf('credentials', options.credentials ?? 'respect', ['respect', 'ignore']) === 'ignore',
    heuristic: flag('heuristic', options.heuristic),
    etag: flag('etag', options.etag),
    obeysRequests: oneOf('requestDirectives', options.requestDirectives ?? 'obey', ['obey', 'ignore']) === 'obey',
    maxBodyBytes: byteCount('maxBodyBytes', options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES),
    bodies: options.bodies,
    maxStreamedBytes: byteCount('maxStreamedBytes', options.maxStreamedBytes ?? DEFAULT_MAX_STREAMED_BYTES),
    maxVariants: positiveCount('maxVariants', options.maxVariants ?? DEFAULT_MAX_VARIANTS),
    collapseTimeoutMs: optionalMs('collapseTimeout', options.collapseTimeout) ?? DEFAULT_COLLAPSE_TIMEOUT_MS,
    cacheStatus: options.cacheStatus === 'key' ? 'key' : flag('cacheStatus', options.cacheStatus, true),
    strictUnkeyed: flag('strictUnkeyed', options.strictUnkeyed),
  }
}

/** @throws ConfigError when it is no cache */
export function requireCache(where: string, cache: unknown): void {
  const isCache = typeof cache === 'object' && cache !== null && 'getOrSet' in cache && 'invalidate' in cache
  if (!isCache)
    throw new ConfigError(`${where}: cache: ${describe(cache)} is not allowed; allowed: what createCache gives`)
}

function requireBodyStore(store: unknown): void {
  if (store === undefined) return
  const isStore = typeof store === 'object' && store !== null && 'setStream' in store && 'getStream' in store
  if (!isStore) throw new ConfigError(`bodies: ${describe(store)} is not allowed; allowed: what fsBackend gives`)
}

function optionalMs(option: string, value: unknown): number | undefined {
  return value === undefined ? undefined : durationMs(option, value)
}

function flag(option: string, value: unknown, fallback = false): boolean {
  if (value === undefined) return fallback
  if (typeof value === 'boolean') return value
  throw new ConfigError(`${option}: ${describe(value)} is not allowed; allowed: true, false`)
}

function textList(option: string, value: unknown, isAllowed: (text: string) => boolean): readonly string[] {
  if (value === undefined) return []
  const isList =
    Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '' && isAllowed(each))
  if (!isList) throw new ConfigError(`${option}: ${describe(value)} is not allowed; allowed: an array of names`)
  return value.map(String)
}
