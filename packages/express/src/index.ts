/** The face of `@stowage/express`. */
export type { ForwardReason } from './cache-status.ts'
export { type HttpCache, httpCache } from './http-cache.ts'
export type { BodyStore } from './large-body.ts'
export type { HttpCacheOptions } from './options.ts'
export { type PurgeRouterOptions, purgeRouter } from './purge-router.ts'
export { isRefresh } from './refresh.ts'
export type { HttpCacheEvents, HttpCacheStats } from './statistics.ts'
export type { UnstorableReason } from './storability.ts'
