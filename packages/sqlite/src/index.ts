/** The face of `@stowage/sqlite`. */
export type { BackupOptions, BackupProgress, BackupReport } from './backup/backup.ts'
export type { ChangeListener, FilePosition, ForeignChange, WatchOptions } from './change-watch.ts'
export type { SqliteBackend } from './face.ts'
export type { Durability, Eviction, SqliteOptions } from './options.ts'
export { sqliteBackend } from './sqlite-backend.ts'
