/** The face of `@stowage/core`: what users call, and what authors of backends, codecs and adapters build on. */
export type {
  Backend,
  BackendCapabilities,
  Encoded,
  EntryFacts,
  InvalidationTarget,
  Lease,
  LeaseMode,
  NewEntry,
  Payload,
  RemovalListener,
  ScannedEntry,
  ScanQuery,
  StoredEntry,
  SweepReport,
  Usage,
  Verdict,
} from './backend.ts'
export { createCache } from './cache.ts'
export { type CancelTimer, type Clock, MAX_TIMER_MS, NEVER_MS, systemClock, yieldToLoop } from './clock.ts'
export type { Codec, EncodedBody } from './codec/codec.ts'
export { defaultCodec } from './codec/default-codec.ts'
export { jsonCodec } from './codec/json-codec.ts'
export {
  BackendError,
  CodecError,
  ConfigError,
  StowageError,
  type StowageErrorCode,
  TimeoutError,
  UsageError,
} from './errors.ts'
export type { CacheEvents } from './events.ts'
export type { Cache, CacheUsage } from './face.ts'
export { freshnessOf, isPlainFacts } from './freshness.ts'
export { escapeGlob } from './glob.ts'
export { type Key, MAX_KEY_BYTES, MAX_TAG_BYTES, MAX_TAG_COUNT } from './key.ts'
export type { KeyPart } from './key-part.ts'
export { keyPattern } from './key-pattern.ts'
export { type ByteSize, byteCount, oneOf, positiveCount, requireKnownOptions, share } from './limits.ts'
export type { ListedEntry, ListQuery } from './listing.ts'
export type { Served } from './load.ts'
export type { LoadContext, Loader } from './load-context.ts'
export type { BulkLoader } from './load-many.ts'
export type { CacheOptions, EntryOptions, LoadOptions } from './options.ts'
export type { Lookup } from './read.ts'
export type { CacheStats } from './stats.ts'
export type { SoftTarget, Target } from './target.ts'
export { type Duration, durationMs, type EntryTimes, type Ttl, ttlMs } from './ttl.ts'
export type {
  BackendMiss,
  Freshness,
  MaybePromise,
  MissReason,
  RefusalReason,
  RemovalCause,
  WriteOutcome,
} from './vocabulary.ts'
export type { WrapOptions, Wrapped } from './wrap.ts'
export type { SetResult } from './write.ts'
