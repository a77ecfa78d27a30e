/** The face of `@stowage/hybrid`. */
export { hybridBackend } from './hybrid-backend.ts'
export type { HybridOptions, TierOptions } from './options.ts'
export { prefetchRelated, type RelatedOptions } from './prefetch-related.ts'
export type { TierEvent } from './tier-event.ts'
export { type WarmNearOptions, type WarmNearProgress, type WarmNearReport, warmNear } from './warm-near.ts'
export { type WatchedTier, watchBus } from './watch-bus.ts'
