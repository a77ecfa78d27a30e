/**
 * What happens while another process holds the write lock: the operation waits outside SQLite, so that the event loop
 * goes on, and is tried again after growing pauses. In the ordinary case it answers at once, without a promise.
 *
 * Writes keep their order: once one waits, later ones wait behind it. Reads need no write lock; they wait only in the
 * rare moments when the log is being set up or removed.
 */
import type { MaybePromise } from '@stowage/core'
import { sqliteCode } from './database.ts'

/** How long one operation waits in all before the failure is the caller's. */
const PATIENCE_MS = 2_000
const FIRST_PAUSE_MS = 1
const LONGEST_PAUSE_MS = 32
/** Writes that may wait; more would only hide that nothing moves. */
const MAX_WAITING = 10_000

/** Comes back after a while; keeps the process alive, since somebody waits for the write. */
type Pause = (lengthMs: number) => Promise<unknown>

const delay: Pause = (lengthMs) => new Promise((resolve) => setTimeout(resolve, lengthMs))

/** Pauses made so far, by one operation or by all that wait in line. */
interface Pauses {
  totalMs: number
}

export class Patience {
  #waitingCount = 0
  #last: Promise<unknown> = Promise.resolve()
  readonly #pauses: Pauses = { totalMs: 0 }
  readonly #pause: Pause

  constructor(pause: Pause = delay) {
    this.#pause = pause
  }

  /** @throws what `run` throws; when SQLite was busy, not before the patience is used up. */
  write<T>(run: () => T): MaybePromise<T> {
    if (this.#waitingCount === 0) {
      const answer = attempt(run, true)
      if (answer !== BUSY) return answer
    }
    if (this.#waitingCount >= MAX_WAITING)
      throw new Error(`${MAX_WAITING} writes wait for the lock of the file already`)
    this.#waitingCount++
    // Patience counts from when the write came: all that came together give up together.
    const untilMs = this.#pauses.totalMs + PATIENCE_MS
    const turn = this.#last.then(() => this.#retry(run, this.#pauses, untilMs)).finally(() => this.#waitingCount--)
    this.#last = turn.then(forget, forget)
    return turn
  }

  /** As {@link write}, in no order. */
  read<T>(run: () => MaybePromise<T>): MaybePromise<T> {
    const answer = attempt(run, true)
    return answer === BUSY ? this.#retry(run, { totalMs: 0 }, PATIENCE_MS) : answer
  }

  /** Resolves when no write waits; undefined when none does now. */
  idle(): Promise<unknown> | undefined {
    return this.#waitingCount === 0 ? undefined : this.#last
  }

  async #retry<T>(run: () => MaybePromise<T>, pauses: Pauses, untilMs: number): Promise<T> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const answer = attempt(run, pauses.totalMs < untilMs)
      if (answer !== BUSY) return answer
      // Processes that collided once should not meet again at the same instant.
      await this.#pause(pauseMs * (0.5 + Math.random()))
      pauses.totalMs += pauseMs
    }
  }
}

const BUSY = Symbol('busy')

/** What `run` returns, or BUSY when SQLite was and `retriable` says that there will be another time. */
function attempt<T>(run: () => T, retriable: boolean): T | typeof BUSY {
  try {
    return run()
  } catch (thrown) {
    if (retriable && isBusy(thrown)) return BUSY
    throw thrown
  }
}

/** Whether another connection was in the way, and the same may work later. */
export function isBusy(thrown: unknown): boolean {
  const code = sqliteCode(thrown)
  return code !== undefined && (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_PROTOCOL')
}

/** Failures belong to the caller of the write that failed. */
function forget(): void {}
