/** Takes snapshots and reads them back, and sees to it that none that lies ready survives what contradicts it. One for each cache that has had one. */
import { unlinkSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '@stowage/core'
import type { EntryStore } from '../entry-store.ts'
import type { Isolator } from '../isolation.ts'
import type { RemovalReports } from '../removal-reports.ts'
import type { ChangeLog } from './change-log.ts'
import { groundOf } from './ground.ts'
import {
  type RestoreReport,
  restoreSnapshot,
  type SnapshotGround,
  type SnapshotOptions,
  type SnapshotReport,
  takeSnapshot,
} from './snapshot.ts'
import { requireArguments } from './snapshot-arguments.ts'

/** The watch of a backend, told of its evictions. */
export function watchSnapshots(
  store: EntryStore,
  reports: RemovalReports,
  isolator: Isolator | undefined,
): SnapshotWatch {
  const watch = new SnapshotWatch(groundOf(store, reports, isolator))
  reports.listen((_key, cause) => {
    if (cause === 'evicted') watch.noteEviction()
  })
  return watch
}

export class SnapshotWatch {
  private readonly ground: SnapshotGround
  private readonly ready = new Set<string>()
  /** Entries have been given up since: a key that is not there may yet be in a file. */
  private hasEvicted = false
  private readonly closing = new AbortController()

  constructor(ground: SnapshotGround) {
    this.ground = ground
  }

  async take(path: string, options: SnapshotOptions, changes: ChangeLog): Promise<SnapshotReport> {
    requireArguments('snapshot', path, options)
    const absolute = resolve(path)
    if (this.ready.size === 0) this.hasEvicted = false
    return takeSnapshot(this.ground, absolute, changes, () => this.ready.add(absolute), this.ending(options))
  }

  async restore(path: string, options: SnapshotOptions, changes: ChangeLog): Promise<RestoreReport> {
    requireArguments('restore', path, options)
    return restoreSnapshot(this.ground, resolve(path), changes, this.ending(options))
  }

  noteEviction(): void {
    this.hasEvicted = true
  }

  /** A write; `wasHeld`: it replaces an entry. @throws when a file that is no longer true cannot be deleted */
  written(wasHeld: boolean): void {
    if (wasHeld || this.hasEvicted) this.deleteReady()
  }

  /** A deletion or invalidation. @throws when a file that is no longer true cannot be deleted */
  changed(): void {
    this.deleteReady()
  }

  /** Ends what is under way. */
  close(): void {
    this.closing.abort(new UsageError('the memory backend was closed before the snapshot was done'))
  }

  private ending(options: SnapshotOptions): SnapshotOptions {
    const { signal } = options
    return {
      ...options,
      signal: AbortSignal.any(signal === undefined ? [this.closing.signal] : [this.closing.signal, signal]),
    }
  }

  /** At once, before the change is acknowledged; a file that somebody else has taken away is no fault. */
  private deleteReady(): void {
    for (const path of this.ready) {
      try {
        unlinkSync(path)
      } catch (cause) {
        if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause
      }
      this.ready.delete(path)
    }
  }
}
