/** Backends on files of a test's own, closed and removed when the test is over. */
import { type SqliteBackend, type SqliteOptions, sqliteBackend } from '@stowage/sqlite'
import { onTestFinished } from 'vitest'
import { tempFolder } from './temp-folder.ts'

type Limits = Omit<SqliteOptions, 'path'>

/** Where a new, empty cache file would be. */
export function newPath(): string {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  return folder.file('cache.db')
}

export function attach(path: string, limits: Limits = {}): SqliteBackend {
  const backend = sqliteBackend({ path, ...limits })
  onTestFinished(() => backend.close())
  return backend
}

export function openStore(limits: Limits = {}): { readonly backend: SqliteBackend; readonly path: string } {
  const path = newPath()
  return { backend: attach(path, limits), path }
}
