/** The backups of one backend that are under way: its end is theirs. */
import { UsageError } from '@stowage/core'
import type { BackupOptions, BackupReport, BackupSource } from './backup.ts'
import { backUp } from './backup-trip.ts'

export class Backups {
  readonly #ending = new AbortController()
  readonly #underWay = new Set<Promise<unknown>>()

  /** @param sources all files of the cache, in their order. */
  async start(sources: readonly BackupSource[], path: string, options: BackupOptions): Promise<BackupReport> {
    if (this.#ending.signal.aborted) throw new UsageError('sqlite: used after close()')
    const work = backUp(sources, path, options, this.#ending.signal)
    this.#underWay.add(work)
    try {
      return await work
    } finally {
      this.#underWay.delete(work)
    }
  }

  /** Resolves when nothing is left of those that were under way; undefined: none was. */
  end(): Promise<unknown> | undefined {
    this.#ending.abort(new UsageError('sqlite: close() ended the backup'))
    return this.#underWay.size === 0 ? undefined : Promise.allSettled(this.#underWay)
  }
}
