/** The face of `@stowage/core`: what users call, and what authors of backends, codecs and adapters build on. */
export type {
  Backend,
  BackendCapabilities,
  CheckReport,
  Encoded,
  EntryFacts,
  GivenWrite,
  InvalidationTarget,
  Lease,
  LeaseMode,
  ListOrder,
  MissRatioPoint,
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
export type { Bus, BusChange, BusGap, BusListener, BusMessage, GapListener } from './bus.ts'
export { decodeBusMessage, encodeBusMessage } from './bus-message.ts'
export { createCache } from './cache.ts'
export { requireCacheOptions } from './cache-plan.ts'
export { checksumBefore, isIntact } from './checksum.ts'
export {
  type CancelTimer,
  type Clock,
  endOrLimit,
  MAX_TIMER_MS,
  NEVER_MS,
  systemClock,
  ticksOf,
  yieldToLoop,
} from './clock.ts'
export { ClockMap } from './clock-map.ts'
export type { Codec, EncodedBody } from './codec/codec.ts'
export { defaultCodec } from './codec/default-codec.ts'
export { jsonCodec } from './codec/json-codec.ts'
export { isPlain } from './codec/plain.ts'
export { type ZstdOptions, zstdCodec } from './codec/zstd-codec.ts'
export { crc32, crc32Of } from './crc32.ts'
export {
  BackendError,
  CodecError,
  ConfigError,
  describe,
  messageOf,
  StowageError,
  type StowageErrorCode,
  TimeoutError,
  UsageError,
} from './errors.ts'
export type { CacheEvents } from './events.ts'
export type { Cache, CacheUsage } from './face.ts'
export { FaultPolicy } from './fault-policy.ts'
export { freshnessOf, isOrdered, isPlainFacts, MAX_CLOCK_SKEW_MS } from './freshness.ts'
export { Gate } from './gate.ts'
export { escapeGlob } from './glob.ts'
export {
  type Key,
  KeySpace,
  keyPartsText,
  keyText,
  MAX_KEY_BYTES,
  MAX_TAG_BYTES,
  MAX_TAG_COUNT,
  readStorageKey,
  writeStorageKey,
} from './key.ts'
export type { KeyPart } from './key-part.ts'
export { keepsOthersOut, latestLeaseEndMs } from './lease-life.ts'
export {
  type ByteSize,
  byteCount,
  byteCountOrNone,
  hasMethods,
  oneOf,
  ownOptions,
  positiveCount,
  requireClock,
  requireFunction,
  requireKnownOptions,
  share,
} from './limits.ts'
export { type Listener, Listeners } from './listeners.ts'
export type { ListedEntry, ListQuery } from './listing.ts'
export type { LoadContext, Loader } from './load-context.ts'
export type { BulkLoader } from './load-many.ts'
export { mapped } from './maybe-promise.ts'
export type { CacheOptions, EntryOptions, FittedLoad, GetOptions, LoadOptions } from './options.ts'
export { ownText } from './own-text.ts'
export { Pace, TURN_MS } from './pace.ts'
export { defineQuery, type Query, type QueryCall, type QueryDefinition } from './query.ts'
export { randomText } from './random-text.ts'
export type { Lookup } from './read.ts'
export {
  packRecord,
  packRecordHead,
  packTimes,
  RECORD_START_BYTES,
  RECORD_TIMES_AT,
  type RecordBody,
  type RecordHead,
  unpackRecord,
  unpackRecordHead,
} from './record.ts'
export { RemovalListeners } from './removal-listeners.ts'
export type { Schema } from './schema.ts'
export type { Served } from './served.ts'
export {
  type CommitResult,
  isSumOver,
  MAX_COMMIT_CHANGES,
  movedCount,
  nextSpaceVersion,
  noNumber,
  numberIn,
  requireCommit,
  requireNumber,
  type SpaceChange,
  type SpaceCommit,
  type SpaceRange,
  type SpaceRecord,
  type SpaceScan,
  type Spaces,
  type SpaceValue,
  spaceStamp,
} from './spaces.ts'
export type { CacheStats, QueueDepths, TierStats } from './stats.ts'
export type { SoftTarget, Target } from './target.ts'
export { coverOf, type KeyCover, type KeyTarget, keyCoverOf } from './target-cover.ts'
export type { TimeSummary } from './time-summary.ts'
export { type Duration, durationMs, type EntryTimes, isSameLife, type Ttl, ttlMs } from './ttl.ts'
export type {
  BackendMiss,
  Freshness,
  MaybePromise,
  MissReason,
  Placement,
  RefusalReason,
  RemovalCause,
  WriteOutcome,
} from './vocabulary.ts'
export type { WarmTask, WarmTaskSource, WarmTasks } from './warmer/warm-task.ts'
export { createWarmer, type WarmCall, type Warmer, type WarmerStatus } from './warmer/warmer.ts'
export type {
  WarmerEvents,
  WarmFailure,
  WarmOutcome,
  WarmProgress,
  WarmReport,
  WarmTrigger,
} from './warmer/warmer-events.ts'
export type { WarmerOptions, WarmSchedule } from './warmer/warmer-plan.ts'
export { withoutPassword } from './without-password.ts'
export type { WrapOptions, Wrapped } from './wrap.ts'
export { newEntry, type SetResult } from './write.ts'
