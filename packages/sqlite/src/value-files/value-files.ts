/** The value files of one store: which values go there, what is to be deleted, and what `close` has to wait for. */
import type { Encoded } from '@stowage/core'
import type { Database } from '../database.ts'
import { isPinned } from '../ledger.ts'
import type { SqlitePlan } from '../options.ts'
import type { Turn } from '../turn.ts'
import { type FileStatements, prepareFileStatements } from './file-rows.ts'
import { Spares } from './spares.ts'
import { ValueFolder } from './value-folder.ts'

/** Rows of deleted files that one transaction takes out. */
const FORGET_COUNT = 64

export class ValueFiles {
  readonly folder: ValueFolder
  readonly statements: FileStatements
  readonly #leastBytes: number
  readonly #spares: Spares
  readonly #work = new Set<Promise<unknown>>()
  /** Dropped rows whose file is being deleted by this process. */
  readonly #leaving = new Map<number, Promise<unknown>>()
  /** Dropped rows whose file is deleted. */
  readonly #gone = new Set<number>()

  constructor(plan: SqlitePlan, database: Database) {
    this.#spares = new Spares(plan.maxBytes, (id, end) => {
      if (end === 'used') this.#gone.add(id)
      else this.#remove(id)
    })
    this.folder = new ValueFolder(plan.path, plan.durability, this.#spares)
    this.statements = prepareFileStatements(database)
    this.#leastBytes = plan.valueFileBytes
  }

  isLarge({ body }: Encoded): boolean {
    const length = typeof body === 'string' ? body.length : body.byteLength
    if (length >= this.#leastBytes) return true
    return typeof body === 'string' && length * 3 >= this.#leastBytes && Buffer.byteLength(body) >= this.#leastBytes
  }

  /** Something that `close` waits for. */
  track<T>(work: Promise<T>): Promise<T> {
    const done: Promise<unknown> = work.then(
      () => this.#work.delete(done),
      () => this.#work.delete(done),
    )
    this.#work.add(done)
    return work
  }

  /** For closing. Undefined: nothing is under way. */
  settled(): Promise<unknown> | undefined {
    this.#spares.end()
    if (this.#work.size === 0) return undefined
    return Promise.all(this.#work).then(() => this.settled())
  }

  /** Whether this process is about to delete it, or has done so. */
  isLeaving(id: number): boolean {
    return this.#leaving.has(id) || this.#gone.has(id) || this.#spares.has(id)
  }

  /** Deletes the files of dropped rows, soon: values may be written over them before. Call when the drop is committed. */
  delete(ids: readonly number[]): void {
    for (const id of ids) {
      if (this.isLeaving(id)) continue
      const sizeBytes = this.folder.sizeOf(id)
      if (sizeBytes === undefined || !this.#spares.keep(id, sizeBytes)) this.#remove(id)
    }
  }

  /** Resolves when the files that are being deleted now are gone, or have failed to go. */
  async deleted(): Promise<void> {
    this.#spares.releaseAll()
    await Promise.all(this.#leaving.values())
  }

  get hasGone(): boolean {
    return this.#gone.size > 0
  }

  /** Takes out rows of deleted files. Should the transaction fail, the next sweep finds them. */
  forgetGone(limit: number = FORGET_COUNT): void {
    let count = 0
    for (const id of this.#gone) {
      if (count++ === limit) return
      this.#gone.delete(id)
      this.statements.forget.run(id)
    }
  }

  /** Within a write transaction: its file goes when that is committed. */
  drop(turn: Turn, id: number): void {
    const { ledger } = turn
    const row = this.statements.drop.get(process.pid, id)
    if (row === undefined) return
    // A length that damage has made larger took no more room than there was.
    ledger.fileBytes = Math.max(0, ledger.fileBytes - row.sizeBytes)
    if (!isPinned(ledger)) turn.dropped(id)
  }

  #remove(id: number): void {
    const removal = this.folder.remove(id).then(() => this.#gone.add(id))
    this.#leaving.set(
      id,
      this.track(removal).then(
        () => this.#leaving.delete(id),
        // Its row stays, for the next sweep to try again.
        () => this.#leaving.delete(id),
      ),
    )
  }
}
