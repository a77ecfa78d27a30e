/**
 * What a backend has to do with snapshots: it tells of every change, which those under way leave out and no file that lies ready
 * may contradict. The rest is loaded when a snapshot is first asked for, as most programs never do; what changes meanwhile counts.
 */
import { UsageError } from '@stowage/core'
import { type Change, ChangeLog } from './change-log.ts'
import type { RestoreReport, SnapshotOptions, SnapshotReport } from './snapshot.ts'
import type { SnapshotWatch } from './snapshot-watch.ts'

export class Snapshots {
  private readonly load: () => Promise<() => SnapshotWatch>
  private readonly underWay = new Set<ChangeLog>()
  private watch: SnapshotWatch | undefined
  private hasBegun = false
  private isClosed = false

  /** @param load gives what begins the one watch there is to be: it listens to removals from then on */
  constructor(load: () => Promise<() => SnapshotWatch>) {
    this.load = load
  }

  /** Whether one has been asked for: writes are to be told of. */
  get areAsked(): boolean {
    return this.hasBegun
  }

  take(path: string, options: SnapshotOptions): Promise<SnapshotReport> {
    return this.watching((watch, changes) => watch.take(path, options, changes))
  }

  restore(path: string, options: SnapshotOptions): Promise<RestoreReport> {
    return this.watching((watch, changes) => watch.restore(path, options, changes))
  }

  /** A write under a key; `wasHeld`: it replaces an entry. @throws when a file that is no longer true cannot be deleted */
  written(key: string, wasHeld: boolean): void {
    for (const changes of this.underWay) changes.note({ key })
    this.watch?.written(wasHeld)
  }

  /** A deletion or invalidation. @throws when a file that is no longer true cannot be deleted */
  changed(change: Change): void {
    for (const changes of this.underWay) changes.note(change)
    this.watch?.changed()
  }

  /** Ends what is under way. */
  close(): void {
    this.isClosed = true
    this.watch?.close()
  }

  private async watching<Report>(work: (watch: SnapshotWatch, changes: ChangeLog) => Promise<Report>): Promise<Report> {
    this.requireOpen()
    this.hasBegun = true
    const changes = new ChangeLog()
    this.underWay.add(changes)
    try {
      const begin = await this.load()
      this.requireOpen()
      this.watch ??= begin()
      return await work(this.watch, changes)
    } finally {
      this.underWay.delete(changes)
    }
  }

  private requireOpen(): void {
    if (this.isClosed) throw new UsageError('memory: the backend is closed')
  }
}
