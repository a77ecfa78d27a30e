/** The front: middlewares on one cache. It holds no rule of its own. */
import { type Cache, ConfigError, describe, type Key, oneOf, requireKnownOptions, UsageError } from '@stowage/core'
import { NoKeyPart } from './input-part.ts'
import { type InvalidatesOptions, invalidatesMiddleware } from './invalidates-middleware.ts'
import { type Feed, type FeedOptions, invalidationFeed } from './invalidation-feed.ts'
import { type InvalidationChannel, InvalidationHub } from './invalidation-hub.ts'
import type { Middleware } from './middleware.ts'
import { queryKey } from './query-key.ts'
import { queryMiddleware } from './query-middleware.ts'
import { planQuery, type QueryOptions } from './query-options.ts'
import { partitionOf, type ScopeName } from './scope.ts'

export interface TrpcCacheOptions {
  /** Where answers are kept. Routers that have procedures of the same path need a namespace each. */
  readonly cache: Cache
  /**
   * Whether a warning tells what the resolver of a public query reads of ctx without saying so by `reads`. Default: unless
   * NODE_ENV is `production`.
   */
  readonly publicGuard?: 'on' | 'off' | undefined
  /** How browsers connected to other processes hear of invalidations. Default: they do not. */
  readonly channel?: InvalidationChannel | undefined
}

/** Whose answer to which call. */
export interface KeyedCall {
  /** What the scope of the query gives for that user. Default: `'public'`, for a query whose scope is that. */
  readonly scope?: 'public' | { readonly of: ScopeName } | undefined
  readonly input?: unknown
}

export interface TrpcCache {
  /**
   * For `procedure.use()`, after what identifies the user and what validates the input: answers of queries are kept.
   * Mutations and subscriptions pass. @throws ConfigError for an option that is missing or not allowed
   */
  query<Ctx, Input>(options: QueryOptions<Ctx, Input>): Middleware<Ctx, Input>
  /**
   * For `procedure.use()`, before what commits: once the procedure has succeeded, and before its caller hears of it, what
   * the options name is invalidated. @throws ConfigError
   */
  invalidates<Ctx, Input>(options: InvalidatesOptions<Ctx, Input>): Middleware<Ctx, Input>
  /** The resolver of a subscription that tells browsers what `invalidates` did: `procedure.subscription(...)`. @throws ConfigError */
  invalidations<Ctx>(options?: FeedOptions<Ctx>): Feed<Ctx>
  /** The key of one answer, by the procedure's path and its input as validated. @throws UsageError for what makes no key */
  key(path: string, call?: KeyedCall): Key
}

/** @throws ConfigError */
export function createTrpcCache(options: TrpcCacheOptions): TrpcCache {
  requireKnownOptions('createTrpcCache', options, ['cache', 'publicGuard', 'channel'])
  const { cache, publicGuard, channel } = options
  if (typeof cache?.getOrSet !== 'function') {
    throw new ConfigError(
      `createTrpcCache: cache: ${describe(cache)} is not a cache; allowed: what createCache() returns`,
    )
  }
  if (channel !== undefined) requireChannel(channel)
  const inDevelopment = process.env['NODE_ENV'] === 'production' ? 'off' : 'on'
  const isGuarded = oneOf('createTrpcCache: publicGuard', publicGuard ?? inDevelopment, ['on', 'off']) === 'on'
  const hub = new InvalidationHub(channel)
  return {
    query: (given) => queryMiddleware(cache, planQuery(cache, given), isGuarded),
    invalidates: (given) => invalidatesMiddleware(cache, hub, given),
    invalidations: (given) => invalidationFeed(hub, given),
    key: keyOf,
  }
}

function requireChannel(channel: Partial<InvalidationChannel>): void {
  if (typeof channel?.publish === 'function' && typeof channel.subscribe === 'function') return
  throw new ConfigError(
    `createTrpcCache: channel: ${describe(channel)} is not a channel; allowed: an object with publish and subscribe`,
  )
}

function keyOf(path: string, call: KeyedCall = {}): Key {
  requireKnownOptions('key', call, ['scope', 'input'])
  const { scope = 'public', input } = call
  if (typeof path !== 'string' || path === '') {
    throw new UsageError(`key: path: ${describe(path)} is not allowed; allowed: that of a procedure, e.g. 'posts.byId'`)
  }
  if (scope !== 'public' && (typeof scope !== 'object' || scope === null)) {
    throw new UsageError(
      `key: scope: ${describe(scope)} is not allowed; allowed: 'public', or { of: what the query's scope gives }`,
    )
  }
  const partition = scope === 'public' ? scope : partitionOf(() => scope.of, undefined)
  try {
    return queryKey(path, partition, input)
  } catch (thrown) {
    if (thrown instanceof NoKeyPart) throw new UsageError(`key: the input of ${path} makes none: ${thrown.message}`)
    throw thrown
  }
}
