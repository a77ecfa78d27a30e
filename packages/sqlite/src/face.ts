/** What `sqliteBackend` makes: a backend, and what only this one can do. */
import type { Backend, Spaces } from '@stowage/core'
import type { BackupMaker } from './backup/backup.ts'
import type { ChangeSource } from './change-watch.ts'

export interface SqliteBackend extends Backend, BackupMaker, ChangeSource {
  /** In a file of their own, `<path>.spaces`, begun when first asked for. */
  readonly spaces: Spaces
}
