/** The face of `@stowage/fs`. */
export { fsBackend } from './fs-backend.ts'
export type { Durability, Eviction, FsOptions } from './options.ts'
