/** The options of the redis backend: types, defaults, and the checks that run before anything is connected. */
import { ConfigError, type Duration, describe, durationMs, requireKnownOptions } from '@stowage/core'
import type { RedisOptions as ClientOptions, ClusterNode, ClusterOptions } from 'ioredis'
import { isClient, type RedisClient } from './client.ts'

/** Decided here, and refused of a client that is handed in (hanging-defaults.ts). */
type DecidedHere = 'keyPrefix' | 'replyMapping' | 'stringNumbers' | 'enableAutoPipelining'

/** ioredis' own options, but for those that are decided here. */
export type ConnectionOptions = Omit<ClientOptions, DecidedHere>

export interface ClusterConnection {
  /** Some of its servers, of which it learns the others. */
  readonly nodes: readonly ClusterNode[]
  readonly options?: Omit<ClusterOptions, DecidedHere | 'redisOptions' | 'scaleReads'>
  /** What each server is connected to with. */
  readonly redisOptions?: Omit<NonNullable<ClusterOptions['redisOptions']>, DecidedHere>
}

interface StoreOptions {
  /** What every key begins with. Caches with the same prefix on the same server are one. Default `'stowage:'`. */
  readonly prefix?: string
  /** How long an operation may take before it is given up. Default `'500ms'`. */
  readonly timeout?: Duration
}

/** Which client: one of yours, or one made here of a URL or of ioredis' own options. */
export type RedisOptions = StoreOptions &
  (
    | { readonly client: RedisClient }
    | { readonly url: string }
    | { readonly connection: ConnectionOptions }
    | { readonly cluster: ClusterConnection }
  )

/** The options with every default filled in, checked. */
export interface RedisPlan {
  readonly prefix: string
  readonly timeoutMs: number
  /** How much longer than its life the server keeps an entry: for a moment it can be told that it has expired. */
  readonly expiryGraceMs: number
}

const DEFAULT_PREFIX = 'stowage:'
const DEFAULT_TIMEOUT_MS = 500
const EXPIRY_GRACE_MS = 1_000
const SOURCES = ['client', 'url', 'connection', 'cluster'] as const

/** @throws ConfigError naming the option, its value and what is allowed. */
export function planRedis(options: RedisOptions, owner = 'redisBackend'): RedisPlan {
  requireKnownOptions(owner, options, [...SOURCES, 'prefix', 'timeout'])
  const sources = SOURCES.filter((source) => source in options)
  if (sources.length !== 1) {
    const given = sources.length === 0 ? 'none is given' : `${sources.join(' and ')} are given together`
    throw new ConfigError(`${owner}: ${given}; allowed: one of ${SOURCES.join(', ')}`)
  }
  requireSource(options)
  const { prefix = DEFAULT_PREFIX, timeout } = options
  // Braces say what a Cluster hashes, and that is decided here.
  if (typeof prefix !== 'string' || prefix === '' || /[{}]/.test(prefix)) {
    throw new ConfigError(`prefix: ${describe(prefix)} cannot be used; allowed: a text without braces, e.g. 'app:'`)
  }
  return {
    prefix,
    timeoutMs: timeout === undefined ? DEFAULT_TIMEOUT_MS : durationMs('timeout', timeout),
    expiryGraceMs: EXPIRY_GRACE_MS,
  }
}

/** What is none would end in a bare TypeError, or at 127.0.0.1:6379, which is where ioredis goes that is told nothing. */
function requireSource(options: RedisOptions): void {
  if ('client' in options && !isClient(options.client)) {
    throw new ConfigError(
      `client: ${shown(options.client)} is not a client of ioredis; allowed: its Redis or Cluster, or url in place of a client of another package`,
    )
  }
  if ('connection' in options && !isSettings(options.connection)) {
    throw new ConfigError(`connection: ${shown(options.connection)} is not allowed; allowed: ioredis' own options`)
  }
  if ('cluster' in options && !(isSettings(options.cluster) && Array.isArray(options.cluster.nodes))) {
    throw new ConfigError(`cluster: ${shown(options.cluster)} is not allowed; allowed: { nodes: [...] }`)
  }
}

/** A text is most often the address of a server: in what is not taken for one nobody knows where the password is. */
function shown(given: unknown): string {
  return typeof given === 'string' ? 'a text' : describe(given)
}

function isSettings(given: unknown): boolean {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
}
