/** The face of `@stowage/hybrid`. */
export { hybridBackend } from './hybrid-backend.ts'
export type { HybridOptions, TierOptions } from './options.ts'
export type { TierEvent } from './tier-event.ts'
export { type WatchedTier, watchBus } from './watch-bus.ts'
