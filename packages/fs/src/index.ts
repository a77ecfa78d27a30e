/** The face of `@stowage/fs`. */
export { type CachedFileOptions, cachedFile } from './cached-file.ts'
export type { FsBackend } from './face.ts'
export { type FingerprintOptions, fileFingerprint } from './file-fingerprint.ts'
export { fsBackend } from './fs-backend.ts'
export type { Durability, Eviction, FsOptions } from './options.ts'
export type { ByteSource, StreamOptions } from './streams/stream-entry.ts'
export type { StreamedEntry } from './streams/stream-reading.ts'
