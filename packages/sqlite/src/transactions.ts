/**
 * How the rooms of this package get at the file: `read` for one statement's own snapshot, `view` for a snapshot that
 * several share, `write` for a transaction, alone or with the other writes of its moment (group-commit.ts). A write brings
 * the counters with it and tells of removals once it is committed.
 */
import { type MaybePromise, Pace, type RemovalListener, RemovalListeners, UsageError, yieldToLoop } from '@stowage/core'
import { Checkpointer } from './checkpointer.ts'
import type { Copies } from './copies.ts'
import { isDamage } from './damage.ts'
import type { Database } from './database.ts'
import { GroupCommit } from './group-commit.ts'
import { marksOf } from './liveness.ts'
import { Patience } from './patience.ts'
import { leaveViews, type Moment, SharedView } from './shared-view.ts'
import type { Statements } from './statements.ts'
import { type Committed, type CommittedEntries, type Turn, transact } from './turn.ts'

interface FileWork {
  delete(fileIds: readonly number[]): void
  /** Undefined: nothing is under way. */
  settled(): Promise<unknown> | undefined
}

interface Place {
  readonly path: string
  readonly logBytes: number
  readonly transactionBytes: number
  /** Told of what SQLite threw because the file is damaged, before the caller is. */
  readonly onDamage: (thrown: unknown) => void
}

export class Transactions {
  readonly #database: Database
  readonly #statements: Statements
  readonly #copies: Copies
  readonly #patience = new Patience()
  readonly #pace = new Pace()
  readonly #group: GroupCommit
  readonly #checkpointer: Checkpointer
  readonly #sharedView: SharedView
  readonly #listeners = new RemovalListeners()
  readonly #onDamage: (thrown: unknown) => void
  #files: FileWork | undefined
  /** Reads on their way. */
  #readCount = 0
  #allRead: PromiseWithResolvers<void> | undefined
  #closing: Promise<void> | undefined
  #isRetired = false

  constructor(
    database: Database,
    statements: Statements,
    copies: Copies,
    { path, logBytes, transactionBytes, onDamage }: Place,
  ) {
    this.#onDamage = onDamage
    this.#database = database
    this.#statements = statements
    this.#copies = copies
    this.#sharedView = new SharedView(database, statements, copies)
    this.#group = new GroupCommit({
      patience: this.#patience,
      pace: this.#pace,
      transactionBytes,
      transact: (run) => this.#transact(run),
      tell: (committed) => this.#tell(committed),
    })
    this.#checkpointer = new Checkpointer(database, { path, maxBytes: logBytes }, this.#group)
  }

  /**
   * `run` makes one statement, or several that need not see the same moment. It sees the writes that were asked for before
   * it, unless they wait for the file. It may have to let the event loop turn (pace.ts).
   * @param key the only key it reads; undefined: any.
   */
  read<T>(run: () => MaybePromise<T>, key?: string): MaybePromise<T> {
    const look = (): MaybePromise<T> => {
      this.#sharedView.leave()
      return run()
    }
    return this.#inTurn(() => this.#read(look, key))
  }

  /** As {@link read}, for a read that was begun before {@link close} was called, and has to look again. */
  readAgain<T>(run: () => MaybePromise<T>, key: string): MaybePromise<T> {
    this.#sharedView.leave()
    return this.#read(run, key)
  }

  /** As {@link read}, at once or not at all: it does not see writes of this process that wait for the file. */
  glance<T>(run: () => T): T {
    this.requireOpen()
    this.#sharedView.leave()
    return run()
  }

  /** As {@link read}; those that come in a row may see the same moment (shared-view.ts). */
  get<T>(run: (moment: Moment | undefined) => MaybePromise<T>, key: string): MaybePromise<T> {
    return this.#inTurn(() => this.#read(() => this.#sharedView.look(key, run), key))
  }

  /** As {@link read}, for several statements that must see the same moment. */
  view<T>(run: () => T): MaybePromise<T> {
    const { beginView, rollback } = this.#statements
    return this.read(() => {
      beginView.run()
      try {
        return run()
      } finally {
        if (this.#database.inTransaction) rollback.run()
      }
    })
  }

  /** `run` may run twice. @param key the only key whose reads it can change; undefined: any. */
  write<T>(run: (turn: Turn) => T, key?: string): MaybePromise<T> {
    this.requireOpen()
    return this.#group.write(this.#changing(run, key), key)
  }

  /** As {@link write}, for what was begun before {@link close} was called. */
  finish<T>(run: (turn: Turn) => T, key?: string): MaybePromise<T> {
    return this.#group.write(this.#changing(run, key), key)
  }

  /** A write that must be done before anything else can begin: waits inside SQLite, as long as the connection allows. */
  writeNow<T>(run: (turn: Turn) => T): T {
    const committed = this.#transact(run)
    this.#tell(committed)
    return committed.answer
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.#listeners.add(listener)
  }

  /** Resolves when the file is as short as its pages allow, and its log empty, unless somebody reads it. */
  shorten(): Promise<void> {
    this.#sharedView.leave()
    return this.#checkpointer.shorten()
  }

  /** Who deletes value files, once the drop of their rows is committed, and is waited for by {@link close}. */
  workWith(files: FileWork): void {
    this.#files = files
  }

  /** Refuses further calls, lets what was asked for before finish, runs `last` until it says that nothing is left, closes the file. */
  close(last: ((turn: Turn) => boolean) | undefined): Promise<void> {
    this.#closing ??= this.#finish(last)
    return this.#closing
  }

  /** As {@link close}, when the path leads to another file: what is under way fails, and nobody waits for the end. */
  retire(): void {
    this.#isRetired = true
    void Promise.allSettled([this.close(undefined)])
  }

  /** Lets go of what works behind, where nothing has been asked for yet; whoever opened the file closes it. */
  abandon(): void {
    this.#checkpointer.abandon()
  }

  async #finish(last: ((turn: Turn) => boolean) | undefined): Promise<void> {
    try {
      await this.#end(last)
      await this.#checkpointer.end()
      this.#database.pragma('wal_checkpoint(PASSIVE)')
    } finally {
      await this.#checkpointer.stop()
      this.#sharedView.forget()
      this.#database.close()
    }
  }

  async #end(last: ((turn: Turn) => boolean) | undefined): Promise<void> {
    await this.#group.drain()
    await this.#files?.settled()
    await this.#group.drain()
    await this.#readsEnded()
    this.#sharedView.leave()
    if (last === undefined) return
    const write = () => this.#transact(last).answer
    while (await this.#patience.write(write)) await yieldToLoop()
  }

  #inTurn<T>(look: () => MaybePromise<T>): MaybePromise<T> {
    this.requireOpen()
    const answer = this.#pace.mustWait() ? this.#pace.onTurn(look) : look()
    return answer instanceof Promise ? this.#awaited(answer) : answer
  }

  /** Closing waits for it. */
  #awaited<T>(answer: Promise<T>): Promise<T> {
    this.#readCount++
    answer.then(this.#readEnded, this.#readEnded)
    return answer
  }

  readonly #readEnded = (): void => {
    if (--this.#readCount === 0) this.#allRead?.resolve()
  }

  async #readsEnded(): Promise<void> {
    if (this.#readCount === 0) return
    this.#allRead = Promise.withResolvers()
    await this.#allRead.promise
  }

  #read<T>(run: () => MaybePromise<T>, key: string | undefined): MaybePromise<T> {
    const ahead = this.#group.ahead(key)
    return ahead === undefined ? this.#readNow(run) : ahead.then(() => this.#readNow(run))
  }

  #readNow<T>(run: () => MaybePromise<T>): MaybePromise<T> {
    return this.#patience.read(() => {
      this.#requireKept()
      try {
        return run()
      } catch (thrown) {
        throw this.#noted(thrown)
      }
    })
  }

  /**
   * What was noted of `key` counts no more once `run` has begun. Of other keys that a write changes, `removed` tells (removal.ts): whoever
   * changes a row in any other way must name its key.
   */
  #changing<T>(run: (turn: Turn) => T, key: string | undefined): (turn: Turn) => T {
    if (key === undefined) return run
    return (turn) => {
      this.#copies.drop(key)
      turn.toKeep.delete(key)
      return run(turn)
    }
  }

  #transact<T>(run: (turn: Turn) => T): Committed<T> {
    leaveViews()
    const committed = this.#attempt(run)
    this.#sharedView.follow(committed.version, marksOf(committed.ledger))
    for (const [key, row] of committed.toKeep) this.#copies.keep(key, row)
    for (const [key] of committed.removals) this.#copies.drop(key)
    return committed
  }

  #attempt<T>(run: (turn: Turn) => T): CommittedEntries<T> {
    try {
      return this.#checkpointer.attend(() => transact(this.#database, this.#statements, run))
    } catch (thrown) {
      this.#sharedView.forget()
      throw this.#noted(thrown)
    }
  }

  #noted(thrown: unknown): unknown {
    if (isDamage(thrown)) this.#onDamage(thrown)
    return thrown
  }

  #tell({ removals, droppedFiles }: Committed<unknown>): void {
    if (droppedFiles.length > 0) this.#files?.delete(droppedFiles)
    for (const [key, cause] of removals) this.#listeners.tell(key, cause)
  }

  requireOpen(): void {
    this.#requireKept()
    if (this.#closing !== undefined) throw new UsageError('sqlite: used after close()')
  }

  #requireKept(): void {
    if (this.#isRetired) throw new Error('the cache file was replaced meanwhile; asked again, the new one answers')
  }
}
