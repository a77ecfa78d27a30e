/** The face of `@stowage/memory`. */
export { type MemoryBackend, memoryBackend } from './memory.ts'
export type { MemoryOptions } from './options.ts'
export type { RestoreReport, SnapshotOptions, SnapshotReport } from './snapshot/snapshot.ts'
