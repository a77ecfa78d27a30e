/** The face of `@stowage/trpc`: what servers use. Browsers use `@stowage/trpc/client`. */
export type { ByCall, ProcedureCall } from './call.ts'
export type { InvalidatesOptions, SucceededCall } from './invalidates-middleware.ts'
export { loadSignal } from './load-scope.ts'
export type { Middleware, MiddlewareCall, MiddlewareResult } from './middleware.ts'
export type { QueryOptions } from './query-options.ts'
export type { Scope, ScopeName } from './scope.ts'
export { createTrpcCache, type KeyedCall, type TrpcCache, type TrpcCacheOptions } from './trpc-cache.ts'
