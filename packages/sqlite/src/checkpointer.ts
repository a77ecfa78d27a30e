/**
 * Keeps SQLite's log short without holding up the event loop: what it would do within a commit, a thread does
 * (checkpoint-thread.ts), which is started when there is first enough to do.
 *
 * Under writes that never pause, the thread never catches up with the end of the log, and so the log never begins anew. Past
 * its limit (disk-share.ts) writes are held back, not the loop, until it has. A log that a reader elsewhere keeps from beginning anew
 * may grow on by as much again before writes are held back once more; the process is warned once.
 *
 * A transaction that finds no room for the log, as where the disk is full, has the log written back, so that the next ones begin it anew: what
 * it holds has room in the file, most often, and nothing could be deleted any more otherwise. A checkpoint that fails is tried again.
 *
 * Where the thread cannot run, SQLite does its checkpoints itself again, within commits.
 */
import type { Worker } from 'node:worker_threads'
import type { CheckpointOrder, CheckpointReport } from './checkpoint-thread.ts'
import { type Database, isOutOfRoom, type Statement } from './database.ts'
import { PAGE_BYTES } from './space.ts'
import { startThread } from './thread.ts'

/** As much as SQLite lets gather by default: 4 MB. */
const STEP_PAGES = 1_000
/** Of a log's limit. */
const STEP_SHARE = 1 / 2
/** How much longer than its limit the log is when SQLite does a checkpoint within a commit after all, as nobody has looked. */
const LAST_RESORT_FACTOR = 4
/** A look takes 4 µs. */
const LOOK_PAUSE_MS = 1
/** So close to the limit, each transaction looks. */
const CLOSE_PAGES = 256
/** After a checkpoint that failed. */
const FAILURE_PAUSE_MS = 1_000

interface LogPlan {
  readonly path: string
  readonly maxBytes: number
}

interface Log {
  readonly log: number
  readonly checkpointed: number
}

/** What holds writes back. */
interface Gate {
  hold(): void
  resume(): void
}

export class Checkpointer {
  readonly #database: Database
  readonly #path: string
  /** From so many pages on the log begins anew. */
  readonly #limitPages: number
  readonly #stepPages: number
  readonly #gate: Gate
  readonly #log: Statement<[], Log>
  #nextLookAt = 0
  #nextReliefAt = 0
  /** Beyond the limit, while somebody keeps the log from beginning anew. */
  #maxPages: number
  #shortening: PromiseWithResolvers<void> | undefined
  #isGrowthTold = false
  #isFailureTold = false
  #thread: Worker | undefined
  #order: CheckpointOrder | undefined
  #isFinishDue = false

  constructor(database: Database, { path, maxBytes }: LogPlan, gate: Gate) {
    this.#database = database
    this.#path = path
    this.#limitPages = Math.floor(maxBytes / PAGE_BYTES)
    this.#stepPages = Math.min(STEP_PAGES, Math.floor(this.#limitPages * STEP_SHARE))
    this.#maxPages = this.#limitPages
    this.#gate = gate
    this.#log = database.prepare('PRAGMA wal_checkpoint(NOOP)')
    database.pragma(`wal_autocheckpoint = ${LAST_RESORT_FACTOR * this.#limitPages}`)
  }

  /** Makes a transaction that writes. */
  attend<T>(transact: () => T): T {
    this.look()
    try {
      return transact()
    } catch (thrown) {
      if (isOutOfRoom(thrown)) this.#relieve()
      throw thrown
    }
  }

  /** Before each transaction that writes: its failure is the writer's, and a failing look must not hide a commit. */
  look(): void {
    const now = performance.now()
    if (now < this.#nextLookAt || (this.#order !== undefined && this.#order !== 'advance')) return
    const { log = 0, checkpointed = 0 } = this.#log.get() ?? {}
    if (log < this.#limitPages - CLOSE_PAGES) this.#nextLookAt = now + LOOK_PAUSE_MS
    const leftPages = log - checkpointed
    if (log < this.#limitPages) {
      this.#maxPages = this.#limitPages
      this.#isGrowthTold = false
    }
    // All done: the next write begins it anew, unless it is being read.
    if (log >= this.#maxPages && leftPages > 0) this.#finish()
    else if (leftPages >= this.#stepPages && this.#order === undefined) this.#give('advance')
  }

  /** Writes all of the log back, so that the file is as short as its pages say. Resolves also where somebody is in the way. */
  shorten(): Promise<void> {
    if (this.#order === 'stop') return Promise.resolve()
    this.#shortening ??= Promise.withResolvers()
    const { promise } = this.#shortening
    if (this.#order === undefined) this.#give('shorten')
    return promise
  }

  /** As {@link stop}, with little left of a long log: closing the file would write it back, and hold up the event loop. */
  async end(): Promise<void> {
    // Without a thread the log has not become long.
    this.#thread?.postMessage('advance' satisfies CheckpointOrder)
    await this.stop()
  }

  /** Ends the thread, once it has done what it is at. */
  async stop(): Promise<void> {
    const thread = this.#thread
    if (thread === undefined) return
    // Also after an error, which `events.once` would throw here.
    const ended = new Promise((resolve) => thread.once('exit', resolve))
    thread.ref()
    this.#give('stop')
    this.#endShortening()
    await ended
  }

  /** As {@link stop}, and nobody waits for it. */
  abandon(): void {
    if (this.#thread !== undefined) this.#give('stop')
  }

  #relieve(): void {
    if (this.#order === undefined && performance.now() >= this.#nextReliefAt) this.#finish()
  }

  /** What is at hand first may take as long as the disk does: nothing is to be written meanwhile. */
  #finish(): void {
    if (this.#order === undefined) {
      this.#give('finish')
      return
    }
    this.#isFinishDue = true
    this.#hold()
  }

  #hold(): void {
    this.#gate.hold()
    // Whoever waits for a write that is held back needs the answer.
    this.#thread?.ref()
  }

  #give(order: CheckpointOrder): void {
    this.#order = order
    try {
      this.#thread ??= this.#start()
    } catch (thrown) {
      this.#doWithout(thrown)
      return
    }
    if (order === 'finish' || order === 'shorten') this.#hold()
    this.#thread.postMessage(order)
  }

  #start(): Worker {
    const thread = startThread('checkpoint', this.#path)
    thread.on('message', (report: CheckpointReport) => this.#done(thread, report))
    thread.on('error', (error) => this.#doWithout(error))
    thread.on('exit', () => {
      this.#thread = undefined
      // As where code that was preloaded ends it: nobody else would say that it is over.
      if (this.#order !== undefined) this.#doWithout('it ended in the midst of its work')
    })
    thread.unref()
    return thread
  }

  #done(thread: Worker, { isDone, failure }: CheckpointReport): void {
    if (this.#order === 'stop') return
    thread.unref()
    const order = this.#order
    this.#order = undefined
    if (!isDone) this.#nextReliefAt = performance.now() + FAILURE_PAUSE_MS
    if (isDone) this.#isFailureTold = false
    if (failure !== undefined) this.#goOnWithout(failure)
    else if (!isDone && order === 'finish') this.#growOn()
    if (order === 'shorten') this.#endShortening()
    // Asked for while the thread was at something else.
    if (this.#shortening !== undefined) this.#give('shorten')
    else if (this.#isFinishDue) this.#give('finish')
    else this.#gate.resume()
    this.#isFinishDue = false
  }

  #endShortening(): void {
    this.#shortening?.resolve()
    this.#shortening = undefined
  }

  #growOn(): void {
    this.#maxPages += this.#limitPages
    if (this.#isGrowthTold) return
    this.#isGrowthTold = true
    const megabytes = Math.round((this.#limitPages * PAGE_BYTES) / 104_857.6) / 10
    process.emitWarning(
      `the log of '${this.#path}' grows past ${megabytes} MB, as somebody has been reading it for long`,
      { type: 'StowageWarning', code: 'STOWAGE_SQLITE_LOG' },
    )
  }

  /** Until another checkpoint succeeds. */
  #goOnWithout(failure: string): void {
    this.#nextLookAt = performance.now() + FAILURE_PAUSE_MS
    if (this.#isFailureTold) return
    this.#isFailureTold = true
    process.emitWarning(`a checkpoint of '${this.#path}' failed (${failure}); its log grows until one succeeds`, {
      type: 'StowageWarning',
      code: 'STOWAGE_SQLITE_CHECKPOINT',
    })
  }

  #doWithout(error: unknown): void {
    // Told to stop, it is not needed any more, and the file may be closed by now.
    if (this.#order === 'stop') return
    this.#order = 'stop'
    this.#endShortening()
    this.#database.pragma(`wal_autocheckpoint = ${this.#stepPages}`)
    this.#gate.resume()
    process.emitWarning(
      `checkpoints of '${this.#path}' hold up the event loop now, as their thread failed: ${String(error)}`,
      {
        type: 'StowageWarning',
        code: 'STOWAGE_SQLITE_CHECKPOINT',
      },
    )
  }
}
