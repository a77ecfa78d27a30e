/** The face of `@stowage/memory`. */
export { memoryBackend } from './memory-backend.ts'
export type { MemoryOptions } from './options.ts'
