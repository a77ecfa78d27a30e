/**
 * How long an answer may take. Answers may take equally long, so that they end in the order in which they were asked for: one timer for all.
 *
 * What counts is time in which the event loop turns: while a caller holds it, no answer can come. So the time is looked at several times
 * within a limit, and from one look to the next no more passes than lies between them. The timer is armed at once and not at the end of the
 * turn, as that would be one more turn of the loop for each lone call, and is left armed for the next one: an eighth of what a `get` from a
 * server on the same machine takes (docs/decisions/0015-redis.md).
 */
import { type CancelTimer, type Clock, ticksOf } from './clock.ts'
import { TimeoutError } from './errors.ts'

/** What is over is let go of together, this many at most. */
const DROPPED_TOGETHER = 1_024
/** Looks within a limit: whoever holds the loop once takes this share of it from the others at most. */
const LOOK_COUNT = 8

interface Running {
  isOver: boolean
  readonly dueMs: number
  readonly giveUp: (error: TimeoutError) => void
}

export class Deadline {
  readonly #clock: Clock
  readonly #tickMs: () => number
  readonly #limitMs: number
  /** In the order in which they began. */
  #running: Running[] = []
  /** Before it, all are over. */
  #first = 0
  /** Not over. */
  #count = 0
  /** How long the loop has turned, as of the last look. */
  #turnedMs = 0
  #lookedTickMs = 0
  /** Until the next look. */
  #delayMs = 0
  #cancelTimer: CancelTimer | undefined
  #isClosed = false

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock
    this.#tickMs = ticksOf(clock)
    this.#limitMs = limitMs
  }

  /** Calls `giveUp` when the time is over. @returns what is to be told to {@link end} when the answer is there */
  begin(giveUp: (error: TimeoutError) => void): Running {
    if (this.#cancelTimer === undefined) {
      this.#lookedTickMs = this.#tickMs()
      this.#lookAfter(this.#limitMs)
    }
    const running = { isOver: false, dueMs: this.#nowMs() + this.#limitMs, giveUp }
    this.#count++
    this.#dropOver()
    this.#running.push(running)
    return running
  }

  /** The answer is there. @returns false: it comes too late */
  end(running: Running): boolean {
    if (running.isOver) return false
    running.isOver = true
    if (--this.#count === 0) {
      this.#running = []
      this.#first = 0
      if (this.#isClosed) this.#stopTimer()
    }
    return true
  }

  /** Leaves no timer behind that nobody waits for. */
  close(): void {
    this.#isClosed = true
    if (this.#count === 0) this.#stopTimer()
  }

  #stopTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #nowMs(): number {
    return this.#turnedMs + Math.min(Math.max(0, this.#tickMs() - this.#lookedTickMs), this.#delayMs)
  }

  #lookAfter(leftMs: number): void {
    this.#delayMs = Math.max(1, Math.ceil(Math.min(leftMs, this.#limitMs / LOOK_COUNT)))
    this.#cancelTimer = this.#clock.schedule(this.#delayMs, this.#look)
  }

  readonly #look = (): void => {
    this.#turnedMs = this.#nowMs()
    this.#lookedTickMs = this.#tickMs()
    this.#cancelTimer = undefined
    this.#dropOver()
    this.#goOn()
  }

  /** What has arrived meanwhile is read before anything is given up. */
  #goOn(): void {
    const next = this.#running[this.#first]
    if (next === undefined) return
    const leftMs = next.dueMs - this.#turnedMs
    if (leftMs > 0) this.#lookAfter(leftMs)
    else setImmediate(this.#giveUp)
  }

  readonly #giveUp = (): void => {
    for (const running of this.#running.slice(this.#first)) {
      if (running.dueMs > this.#turnedMs) break
      if (this.end(running)) running.giveUp(new TimeoutError('backend', this.#limitMs))
    }
    this.#dropOver()
    // Who was given up may have begun another.
    if (this.#cancelTimer === undefined) this.#goOn()
  }

  /** Soon, or what is over would outlive the young generation of the heap, and cost more to collect than to make. */
  #dropOver(): void {
    while (this.#running[this.#first]?.isOver === true) this.#first++
    if (this.#first < Math.min(this.#running.length, DROPPED_TOGETHER)) return
    this.#running.splice(0, this.#first)
    this.#first = 0
  }
}
