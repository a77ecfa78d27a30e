/** The face of `@stowage/sqlite`. */
export type { BackupOptions, BackupProgress, BackupReport, SqliteBackend } from './backup/backup.ts'
export type { Durability, Eviction, SqliteOptions } from './options.ts'
export { sqliteBackend } from './sqlite-backend.ts'
