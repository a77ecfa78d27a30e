/**
 * How many operations a backend is at together. What is asked for on top of those waits here, in order, and its time runs from
 * when it leaves: whoever asks for a hundred thousand entries in one go waits for them, and none of them is a fault of the
 * backend's.
 *
 * The line is as long as callers make it; each of them holds a promise that takes more than the place here.
 */
import type { MaybePromise } from './vocabulary.ts'

/** Enough for every batch that a backend makes of one moment; answered well within any sensible timeout. */
const MOST_UNDER_WAY = 1_024
/** Those that are answered at once, as by a breaker that is open, let the event loop turn after so many. */
const MOST_AT_ONCE = 64

interface Waiting {
  readonly go: () => void
  readonly count: number
}

export class WaitingLine {
  #underWay = 0
  #isResting = false
  readonly #waiting: Waiting[] = []
  /** How many of these have left. */
  #leftCount = 0

  /** Whether the next one has to wait. */
  get isClosed(): boolean {
    return this.#underWay >= MOST_UNDER_WAY || this.#waiting.length > 0
  }

  /**
   * Runs it when its turn has come: at once, where that is now. What is under way then says so by {@link entered}.
   * @param count operations that it stands for
   */
  pass<T>(run: () => MaybePromise<T>, count: number): MaybePromise<T> {
    if (!this.isClosed) return run()
    return new Promise((resolve, reject) => {
      const go = (): void => {
        try {
          resolve(run())
        } catch (thrown) {
          reject(thrown)
        }
      }
      this.#waiting.push({ go, count })
    })
  }

  entered(count: number): void {
    this.#underWay += count
  }

  left(count: number): void {
    this.#underWay -= count
    if (this.#waiting.length > 0 && !this.#isResting) this.#goOn()
  }

  #goOn(): void {
    let goneCount = 0
    while (this.#waiting.length > 0 && this.#underWay < MOST_UNDER_WAY) {
      if (goneCount >= MOST_AT_ONCE) {
        this.#isResting = true
        setImmediate(this.#rested)
        return
      }
      const next = this.#waiting[this.#leftCount++]
      goneCount += next?.count ?? 0
      next?.go()
      // Not with each: all behind them move up.
      if (this.#leftCount === Math.min(this.#waiting.length, MOST_UNDER_WAY)) {
        this.#waiting.splice(0, this.#leftCount)
        this.#leftCount = 0
      }
    }
  }

  readonly #rested = (): void => {
    this.#isResting = false
    this.#goOn()
  }
}
