/**
 * Copies files of a cache as they are at one moment. Runs in a thread, where nobody waits for it (backup-thread.ts), and so imports
 * nothing of core's.
 *
 * First a snapshot of each file, all in a row; then the value files that the snapshots name, which are pinned; then the pages, from
 * the same snapshots. Each keeps the log of its file from beginning anew, until its pages are copied.
 */
import { closeSync, openSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'
import { openSnapshot } from '../snapshot.ts'
import type { BackupProgress, BackupReport } from './backup.ts'
import { FileTaking } from './file-taking.ts'
import { makeOwn } from './own-copy.ts'

/** One database to another, and, of a cache, value files to value files. */
export interface FileCopy {
  readonly holds: 'cache' | 'spaces'
  readonly from: string
  readonly to: string
}

export interface CopyOrder {
  readonly copies: readonly FileCopy[]
  /** Ends when the first of it is not 0. */
  readonly stop: Int32Array
}

export type CopyNews =
  | { readonly did: 'take files' }
  | { readonly did: 'a step'; readonly progress: BackupProgress }
  | { readonly did: 'all'; readonly report: BackupReport }

/** 4 MB: some milliseconds. */
const STEP_PAGES = 1_024
/** Value files of at least 128 KiB. */
const STEP_FILES = 32

interface Snapshot extends FileCopy {
  readonly database: Sqlite.Database
  readonly pages: number
  readonly fileIds: readonly number[]
}

export async function copyAll({ copies, stop }: CopyOrder, tell: (news: CopyNews) => void): Promise<void> {
  const snapshots: Snapshot[] = []
  try {
    for (const copy of copies) snapshots.push(snapshotOf(copy))
    const total = {
      donePages: 0,
      totalPages: sum(snapshots.map(({ pages }) => pages)),
      doneFiles: 0,
      totalFiles: sum(snapshots.map(({ fileIds }) => fileIds.length)),
    }
    const step = (): void => {
      if (Atomics.load(stop, 0) !== 0) throw new Error('the backup was ended')
      tell({ did: 'a step', progress: { ...total } })
    }
    let missingFiles = 0
    for (const { from, to, fileIds } of snapshots) {
      const taking = new FileTaking(from, to)
      for (const [at, id] of fileIds.entries()) {
        if (at % STEP_FILES === 0) step()
        if (!taking.take(id)) missingFiles++
        total.doneFiles++
      }
      taking.flush()
    }
    tell({ did: 'take files' })
    for (const snapshot of snapshots) {
      const before = total.donePages
      await copyPages(snapshot, (donePages) => {
        total.donePages = before + donePages
        step()
      })
    }
    tell({ did: 'all', report: { pages: total.totalPages, files: total.doneFiles - missingFiles, missingFiles } })
  } finally {
    for (const { database } of snapshots) database.close()
  }
}

function snapshotOf(copy: FileCopy): Snapshot {
  return copy.holds === 'cache' ? snapshotOfCache(copy) : snapshotOfSpaces(copy)
}

/**
 * It has no value files, and nothing in it is of a process that is known by more than a token with an end. Where a process was killed
 * as it began the file there are no tables yet, and there will be none in the copy: spaces are begun in either when they are asked for.
 */
function snapshotOfSpaces(copy: FileCopy): Snapshot {
  let database: Sqlite.Database | undefined
  try {
    database = openSnapshot(copy.from)
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()
    if (tables.length > 0 && !tables.includes('spaces_space_v1')) throw new Error('it holds something else')
    return { ...copy, database, pages: Number(database.pragma('page_count', { simple: true })), fileIds: [] }
  } catch (thrown) {
    database?.close()
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    throw new Error(`the spaces in '${copy.from}' cannot be copied (${why}), and no backup is made without them`, {
      cause: thrown,
    })
  }
}

function snapshotOfCache(copy: FileCopy): Snapshot {
  const database = openSnapshot(copy.from)
  try {
    const pin = database
      .prepare<[], { untilMs: number }>('SELECT pinned_until_ms AS untilMs FROM stowage_meta_v1')
      .get()
    // The path led to another file when the pin was set.
    if (pin === undefined || pin.untilMs <= Date.now())
      throw new Error(`cache file '${copy.from}' is not the one in use`)
    const kept = database.prepare<[], { id: number }>("SELECT id FROM stowage_file_v1 WHERE state = 'kept'").all()
    const pages = Number(database.pragma('page_count', { simple: true }))
    return { ...copy, database, pages, fileIds: kept.map(({ id }) => id) }
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

async function copyPages({ database, to, pages, holds }: Snapshot, step: (donePages: number) => void): Promise<void> {
  closeSync(openSync(to, 'wx', 0o600))
  await database.backup(to, {
    progress({ totalPages, remainingPages }) {
      step(totalPages - remainingPages)
      return STEP_PAGES
    },
  })
  // The log of its file may begin anew.
  database.close()
  makeOwn(to, holds)
  step(pages)
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
