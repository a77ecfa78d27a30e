/**
 * Steps that only one process at a time takes: each runs within the lock, from the newest marks and counts, and what it
 * changes in them is written down before the lock is given back. A step answers at once; where another process has the lock
 * it waits off the event loop, in the order in which steps were asked for, and not for ever.
 */
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { MaybePromise, RemovalCause, RemovalListener } from '@stowage/core'
import type { Ballast } from './ballast.ts'
import type { Counts } from './counts.ts'
import { codeOf, isNoSpace } from './file-error.ts'
import type { Journal } from './journal.ts'
import type { MarkEvent, Marks } from './marks.ts'

/** How long one step waits in all before the failure is the caller's. */
const PATIENCE_MS = 2_000
const LONGEST_PAUSE_MS = 4
/** Turns of the event loop that are cheaper than a pause: most sections are over by then. */
const EAGER_TURNS = 8
/** Steps that may wait; more would only hide that nothing moves. */
const MAX_WAITING = 10_000

/** What a step works with. */
export interface Turn {
  readonly marks: Marks
  readonly counts: Counts
  /** Changes the marks, for all who follow. */
  readonly emit: (event: MarkEvent) => void
  /** Listeners hear of it when the step is done. */
  readonly removed: (key: string, cause: RemovalCause) => void
}

interface Lock {
  tryTake(): boolean
  release(): void
}

export interface SectionParts {
  readonly lock: Lock
  readonly journal: Journal
  readonly counts: Counts
  /** Called when the folder has gone: makes another one. */
  readonly restore: () => void
  readonly ballast: Ballast
  /** Makes room on a full disk. */
  readonly relieve: (turn: Turn, nowMs: number) => void
}

const BUSY: unique symbol = Symbol('busy')

export class Sections {
  readonly #parts: SectionParts
  readonly #listeners = new Set<RemovalListener>()
  #waitingCount = 0
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false
  #isInDoubt = false

  constructor(parts: SectionParts) {
    this.#parts = parts
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0
  }

  onRemoval(listener: RemovalListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get isOpen(): boolean {
    return !this.#isClosed
  }

  requireOpen(): void {
    if (this.#isClosed) throw new Error('the files backend is closed')
  }

  /** A step of somebody else may have been left half done. */
  doubtAll(): void {
    this.#isInDoubt = true
  }

  /**
   * @param shard the one that the step works on: where it fails, the shard's figures are in doubt
   * @throws what the step throws, or an error when the lock could not be had in time
   */
  run<T>(shard: number | undefined, nowMs: number, step: (turn: Turn) => T): MaybePromise<T> {
    this.requireOpen()
    if (this.#waitingCount === 0) {
      const answer = this.#attempt(shard, nowMs, step)
      if (answer !== BUSY) return answer
    }
    if (this.#waitingCount >= MAX_WAITING)
      throw new Error(`${MAX_WAITING} steps wait for the lock of the folder already`)
    this.#waitingCount++
    const sinceMs = performance.now()
    const turn = this.#last.then(() => this.#retry(shard, nowMs, step, sinceMs)).finally(() => this.#waitingCount--)
    this.#last = turn.then(forget, forget)
    return turn
  }

  /** Runs a step if the lock can be had at once. @returns whether it could */
  runIfFree(nowMs: number, step: (turn: Turn) => void): boolean {
    return !this.#isClosed && this.#waitingCount === 0 && this.#attempt(undefined, nowMs, step) !== BUSY
  }

  /** Later steps fail; those that wait are carried out first. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#last
  }

  async #retry<T>(shard: number | undefined, nowMs: number, step: (turn: Turn) => T, sinceMs: number): Promise<T> {
    for (let attempts = 0; ; attempts++) {
      const answer = this.#attempt(shard, nowMs, step)
      if (answer !== BUSY) return answer
      if (performance.now() - sinceMs >= PATIENCE_MS)
        throw new Error(`the lock of the folder was not to be had in ${PATIENCE_MS} ms`)
      if (attempts < EAGER_TURNS) await nextTurn()
      // Processes that collided once should not meet again at the same instant.
      else await delay(Math.min(LONGEST_PAUSE_MS, attempts - EAGER_TURNS + 1) * (0.5 + Math.random()))
    }
  }

  #attempt<T>(shard: number | undefined, nowMs: number, step: (turn: Turn) => T): T | typeof BUSY {
    if (!this.#take()) return BUSY
    const removals: [string, RemovalCause][] = []
    let answer: T
    try {
      answer = this.#carryOut(shard, nowMs, step, removals)
    } finally {
      this.#parts.lock.release()
    }
    for (const [key, cause] of removals) for (const listener of this.#listeners) listener(key, cause)
    return answer
  }

  #take(): boolean {
    const { lock, restore, ballast } = this.#parts
    try {
      return lock.tryTake()
    } catch (thrown) {
      if (isNoSpace(thrown) && ballast.giveUp()) return lock.tryTake()
      if (codeOf(thrown) !== 'ENOENT') throw thrown
      restore()
      return lock.tryTake()
    }
  }

  #carryOut<T>(
    shard: number | undefined,
    nowMs: number,
    step: (turn: Turn) => T,
    removals: [string, RemovalCause][],
  ): T {
    const { journal, counts } = this.#parts
    const events: MarkEvent[] = []
    journal.followToWrite(nowMs)
    counts.load()
    if (this.#isInDoubt) counts.doubtAll()
    try {
      const turn: Turn = {
        marks: journal.marks,
        counts,
        emit: (event) => {
          events.push(event)
          journal.marks.apply(event)
        },
        removed: (key, cause) => removals.push([key, cause]),
      }
      const answer = step(turn)
      this.#note(turn, nowMs, events)
      counts.save()
      this.#isInDoubt = false
      return answer
    } catch (thrown) {
      // What was meant to be noted was not: the marks are read again, and the files counted.
      if (events.length > 0) journal.forget()
      if (shard !== undefined) counts.doubt(shard)
      counts.doubtTouched()
      this.#saveDoubts(counts)
      throw thrown
    }
  }

  /** On a full disk, entries leave for it: an invalidation must not fail for want of a few bytes. */
  #note(turn: Turn, nowMs: number, events: readonly MarkEvent[]): void {
    const { journal, ballast, relieve } = this.#parts
    try {
      journal.append(events)
    } catch (thrown) {
      if (!isNoSpace(thrown)) throw thrown
      ballast.giveUp()
      relieve(turn, nowMs)
      journal.append(events)
    }
    if (!ballast.isGone) return
    relieve(turn, nowMs)
    ballast.restore()
  }

  /** A disk that refuses this, too, has said so by what is being thrown. */
  #saveDoubts(counts: Counts): void {
    try {
      counts.save()
    } catch {
      this.#isInDoubt = true
    }
  }
}

/** Failures belong to the caller of the step that failed. */
function forget(): void {}
