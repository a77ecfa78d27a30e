/** What `sqliteBackend` makes: a backend, and what only this one can do. */
import type { Backend } from '@stowage/core'
import type { BackupMaker } from './backup/backup.ts'
import type { ChangeSource } from './change-watch.ts'

export interface SqliteBackend extends Backend, BackupMaker, ChangeSource {}
