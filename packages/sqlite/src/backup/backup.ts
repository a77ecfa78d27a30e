/** What a backup is asked with and what it answers, and what it needs of each file of a cache. */
import type { MaybePromise } from '@stowage/core'

/** How far it is, over all files of the cache. */
export interface BackupProgress {
  readonly donePages: number
  /** Of 4 KiB, in the database. */
  readonly totalPages: number
  readonly doneFiles: number
  /** Files in which large values are. */
  readonly totalFiles: number
}

export interface BackupReport {
  readonly pages: number
  readonly files: number
  /** Entries whose value file is missing in the cache itself: damage, which the copy has as well. */
  readonly missingFiles: number
}

export interface BackupOptions {
  /** Ends it: it throws the signal's reason, and nothing is left of the copy. */
  readonly signal?: AbortSignal
  /** Hears of every few megabytes. What it throws ends the backup. */
  readonly onProgress?: (progress: BackupProgress) => void
}

/** A backend that can be copied while it is in use. */
export interface BackupMaker {
  /**
   * Copies the cache as it is at one moment after the call, for `sqliteBackend({ path })` to open; a cache of several shards to as
   * many files. The spaces of structures beside it are in it, as they are milliseconds later. Writers go on meanwhile. The copy appears whole, at the end, or not at all.
   * @throws ConfigError when there is something at the path, or it cannot be written; UsageError when the backend is closed.
   */
  backup(path: string, options?: BackupOptions): Promise<BackupReport>
}

/** One file of a cache. */
export interface BackupSource {
  readonly path: string
  /** No value file is deleted until then, by whatever process. */
  pin(untilMs: number): MaybePromise<void>
  /** @throws where what a thread finds at the path of the spaces is not what is open here */
  requireSpaces(): void
}
