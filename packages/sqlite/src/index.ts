/** The face of `@stowage/sqlite`. */
export type { Durability, Eviction, SqliteOptions } from './options.ts'
export { sqliteBackend } from './sqlite-backend.ts'
