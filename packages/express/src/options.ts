/** The options of httpCache as users write them. plan.ts checks them and fills in the defaults. */
import type { ByteSize, Cache, Clock, Duration } from '@stowage/core'
import type { Request, Response } from 'express'
import type { BodyStore } from './large-body.ts'

export interface HttpCacheOptions {
  /** Where responses are kept. Its invalidations cover them like any other entry. */
  readonly cache: Cache
  /** What Cache-Status and the statistics call this cache. Default `'Stowage'`. */
  readonly name?: string | undefined
  /** How long responses that do not say so themselves are fresh. Default: they are not stored. */
  readonly ttl?: Duration | undefined
  /** For responses that do not say: how long after their freshness they are served while one refresh runs behind. Default: not. */
  readonly staleWhileRevalidate?: Duration | undefined
  /** For responses that do not say: how long after their freshness they stand in for a handler that fails. Default 1 h. */
  readonly staleIfError?: Duration | undefined
  /** By which the response can be invalidated, besides those of its Cache-Tag and Surrogate-Key fields. */
  readonly tags?: readonly string[] | ((req: Request, res: Response) => readonly string[]) | undefined
  /** Cache-Tag and Surrogate-Key are not sent to clients. Default: they are. */
  readonly hideTags?: boolean | undefined
  /** In place of path and query. Scheme, host and partition remain part of the key. */
  readonly key?: ((req: Request) => string) | undefined
  /** Whose response it is: a user, a tenant. Undefined: everybody's. */
  readonly partition?: ((req: Request) => string | undefined) | undefined
  /** Request fields the response depends on, besides those its own Vary names. Vary is completed by them. */
  readonly vary?: readonly string[] | undefined
  /** Parameters of the query that make no difference. */
  readonly ignoreQuery?: readonly string[] | undefined
  /** Requests that pass by. */
  readonly bypass?: ((req: Request) => boolean) | undefined
  /** `'ignore'`: responses of this route do not depend on cookies and Authorization. Default `'respect'`. */
  readonly credentials?: 'respect' | 'ignore' | undefined
  /** Freshness by a tenth of the time since Last-Modified, a day at most, for responses that do not say. Default: no. */
  readonly heuristic?: boolean | undefined
  /** Strong ETags for responses that have no validator. Default: no. */
  readonly etag?: boolean | undefined
  /** Cache-Control of requests: obeyed (default), or ignored, so that clients cannot reach the handler at will. */
  readonly requestDirectives?: 'obey' | 'ignore' | undefined
  /** Bodies held in memory while they are made. Larger ones are not shared, and stored only where `bodies` says. Default 4 MiB. */
  readonly maxBodyBytes?: ByteSize | undefined
  /** Where larger bodies go and come from in parts: the `fsBackend` that is the backend of the cache. Default: nowhere. */
  readonly bodies?: BodyStore | undefined
  /** The largest of these. Default 1 GiB. */
  readonly maxStreamedBytes?: ByteSize | undefined
  /** Variants kept of one URL; beyond them the least recently used one goes. Default 64. */
  readonly maxVariants?: number | undefined
  /** How long a request waits for the head of the response another one has asked for. Default 10 s. */
  readonly collapseTimeout?: Duration | undefined
  /** `false`: no Cache-Status. `'key'`: with the key in it. Default `true`. */
  readonly cacheStatus?: boolean | 'key' | undefined
  /** For development: reports handlers that read request fields which are not part of the key. Default: no. */
  readonly strictUnkeyed?: boolean | undefined
  /** Default: the machine's. Give it the cache's own. */
  readonly clock?: Clock | undefined
}
