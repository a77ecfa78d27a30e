/** The face of `@stowage/structures`. */

export type { CheckOptions, StructureReport } from './examination.ts'
export type { IndexKey } from './index/index-key.ts'
export {
  createIndex,
  type FenceOptions,
  type IndexEntry,
  type IndexOptions,
  type IndexRange,
  type IndexStats,
  type OrderedIndex,
} from './index/ordered-index.ts'
export { type Average, type Averager, createAverager } from './limits/averager.ts'
export { type Counter, createCounter } from './limits/counter.ts'
export { type Throttle, type ThrottleOptions, type ThrottleStats, throttle } from './limits/throttle.ts'
export { barrier } from './locks/barrier.ts'
export type { Permit } from './locks/permit.ts'
export {
  type AcquireOptions,
  createLock,
  createSemaphore,
  type Lock,
  type LockOptions,
  type Semaphore,
  type SemaphoreOptions,
  type SemaphoreStats,
} from './locks/semaphore.ts'
export type { DeadLetters } from './queue/dead-letters.ts'
export type { Job } from './queue/job.ts'
export type { Letter } from './queue/letter.ts'
export type { PushOptions, QueueOptions } from './queue/options.ts'
export type { NewJob, PushResult } from './queue/pushing.ts'
export { createQueue, type PullOptions, type Queue, type QueueStats } from './queue/queue.ts'
export type { QueueReport } from './queue/queue-check.ts'
export type { WorkOptions } from './queue/working.ts'
export type { StructureOptions } from './space.ts'
export {
  checkStructures,
  listStructures,
  type StructureCheck,
  type StructureKind,
  type StructureSummary,
} from './survey.ts'
