/**
 * How long an answer may take. Its time runs from the end of the turn of the event loop in which it was asked for: while a caller
 * holds the loop, no answer can come. One that is there by then needs no timer, and all others share one: they may take equally long,
 * so that they end in the order in which they were asked for.
 */
import { type CancelTimer, type Clock, ticksOf } from './clock.ts'
import { TimeoutError } from './errors.ts'

/** What is over is let go of together, this many at most. */
const DROPPED_TOGETHER = 1_024

interface Running {
  isOver: boolean
  /** Undefined in the turn in which it began. */
  dueMs: number | undefined
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
  /** Those that began in this turn. */
  #begun: Running[] = []
  #cancelTimer: CancelTimer | undefined

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock
    this.#tickMs = ticksOf(clock)
    this.#limitMs = limitMs
  }

  /** Calls `giveUp` when the time is over. @returns what is to be told to {@link end} when the answer is there */
  begin(giveUp: (error: TimeoutError) => void): Running {
    const running: Running = { isOver: false, dueMs: undefined, giveUp }
    this.#count++
    if (this.#begun.push(running) === 1) setImmediate(this.#startAll)
    return running
  }

  /** The answer is there. @returns false: it comes too late */
  end(running: Running): boolean {
    if (running.isOver) return false
    running.isOver = true
    if (--this.#count === 0) {
      this.#cancelTimer?.()
      this.#cancelTimer = undefined
      this.#running = []
      this.#first = 0
    }
    return true
  }

  /** The turn is over. */
  readonly #startAll = (): void => {
    const begun = this.#begun
    this.#begun = []
    const dueMs = this.#tickMs() + this.#limitMs
    for (const running of begun) {
      if (running.isOver) continue
      running.dueMs = dueMs
      this.#running.push(running)
    }
    this.#dropOver()
    if (this.#cancelTimer === undefined && this.#first < this.#running.length) this.#lookAfter(this.#limitMs)
  }

  #lookAfter(delayMs: number): void {
    this.#cancelTimer = this.#clock.schedule(delayMs, this.#look)
  }

  readonly #look = (): void => {
    const nowMs = this.#tickMs()
    this.#cancelTimer = undefined
    for (const running of this.#running.slice(this.#first)) {
      if (running.isOver) continue
      if ((running.dueMs ?? 0) > nowMs) break
      if (this.end(running)) running.giveUp(new TimeoutError('backend', this.#limitMs))
    }
    this.#dropOver()
    const next = this.#running[this.#first]
    if (next?.dueMs !== undefined) this.#lookAfter(Math.max(1, Math.ceil(next.dueMs - nowMs)))
  }

  /** Soon, or what is over would outlive the young generation of the heap, and cost more to collect than to make. */
  #dropOver(): void {
    while (this.#running[this.#first]?.isOver === true) this.#first++
    if (this.#first < Math.min(this.#running.length, DROPPED_TOGETHER)) return
    this.#running.splice(0, this.#first)
    this.#first = 0
  }
}
