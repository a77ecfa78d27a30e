/**
 * Keeps SQLite's log short without holding up the event loop: what it would do within a commit, a thread does
 * (checkpoint-thread.ts), which is started when there is first enough to do.
 *
 * Under writes that never pause, the thread never catches up with the end of the log, and so the log never begins anew. Past
 * MAX_LOG_PAGES writes are held back, not the loop, until it has. A log that a reader elsewhere keeps from beginning anew
 * may grow on by as much again before writes are held back once more; the process is warned once.
 *
 * Where the thread cannot run, SQLite does its checkpoints itself again, within commits.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { CheckpointOrder, CheckpointReport } from './checkpoint-thread.ts'
import type { Database, Statement } from './database.ts'

/** As much as SQLite lets gather by default: 4 MB. */
const STEP_PAGES = 1_000
/** 64 MB. */
const MAX_LOG_PAGES = 16_384
const PAGE_BYTES = 4_096
/** Should nobody look, SQLite does a checkpoint within a commit after all. */
const LAST_RESORT_PAGES = 4 * MAX_LOG_PAGES
/** A look takes 4 µs. */
const LOOK_PAUSE_MS = 1

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
  readonly #gate: Gate
  readonly #log: Statement<[], Log>
  #nextLookAt = 0
  #maxPages = MAX_LOG_PAGES
  #isGrowthTold = false
  #thread: Worker | undefined
  #order: CheckpointOrder | undefined

  constructor(database: Database, path: string, gate: Gate) {
    this.#database = database
    this.#path = path
    this.#gate = gate
    this.#log = database.prepare('PRAGMA wal_checkpoint(NOOP)')
    database.pragma(`wal_autocheckpoint = ${LAST_RESORT_PAGES}`)
  }

  /** Before each transaction that writes: its failure is the writer's, and a failing look must not hide a commit. */
  look(): void {
    const now = performance.now()
    if (now < this.#nextLookAt || this.#order !== undefined) return
    this.#nextLookAt = now + LOOK_PAUSE_MS
    const { log = 0, checkpointed = 0 } = this.#log.get() ?? {}
    const leftPages = log - checkpointed
    if (log < MAX_LOG_PAGES) {
      this.#maxPages = MAX_LOG_PAGES
      this.#isGrowthTold = false
    }
    // All done: the next write begins it anew, unless it is being read.
    if (log >= this.#maxPages && leftPages > 0) this.#give('finish')
    else if (leftPages >= STEP_PAGES) this.#give('advance')
  }

  /** Ends the thread, once it has done what it is at. */
  async stop(): Promise<void> {
    const thread = this.#thread
    if (thread === undefined) return
    const ended = once(thread, 'exit')
    thread.ref()
    this.#give('stop')
    await ended
  }

  /** As {@link stop}, and nobody waits for it. */
  abandon(): void {
    if (this.#thread !== undefined) this.#give('stop')
  }

  #give(order: CheckpointOrder): void {
    this.#order = order
    this.#thread ??= this.#start()
    if (order === 'finish') {
      this.#gate.hold()
      // Whoever waits for a write that is held back needs the answer.
      this.#thread.ref()
    }
    this.#thread.postMessage(order)
  }

  #start(): Worker {
    const file = import.meta.url.endsWith('.ts') ? './checkpoint-thread.ts' : './checkpoint-thread.js'
    // None of the process's own flags: preloaded code has no business there, and some flags no thread takes.
    const thread = new Worker(new URL(file, import.meta.url), { workerData: this.#path, execArgv: [] })
    thread.on('message', (report: CheckpointReport) => this.#done(thread, report))
    thread.on('error', (error) => this.#doWithout(error))
    thread.on('exit', () => {
      this.#thread = undefined
    })
    thread.unref()
    return thread
  }

  #done(thread: Worker, { isDone }: CheckpointReport): void {
    if (this.#order === 'stop') return
    thread.unref()
    this.#order = undefined
    if (!isDone) this.#growOn()
    this.#gate.resume()
  }

  #growOn(): void {
    this.#maxPages += MAX_LOG_PAGES
    if (this.#isGrowthTold) return
    this.#isGrowthTold = true
    process.emitWarning(
      `the log of '${this.#path}' grows past ${(MAX_LOG_PAGES * PAGE_BYTES) / 1_048_576} MB, as somebody has been reading it for long`,
      { type: 'StowageWarning', code: 'STOWAGE_SQLITE_LOG' },
    )
  }

  #doWithout(error: unknown): void {
    this.#order = 'stop'
    this.#database.pragma(`wal_autocheckpoint = ${STEP_PAGES}`)
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
