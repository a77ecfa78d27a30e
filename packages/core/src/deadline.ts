/**
 * How long an answer may take. Its time runs from the end of the turn of the event loop in which it was asked for: while a caller
 * holds the loop, no answer can come. One that is there by then needs no timer.
 */
import type { CancelTimer, Clock } from './clock.ts'
import { TimeoutError } from './errors.ts'

export class Deadline {
  readonly #clock: Clock
  readonly #limitMs: number
  /** What sets the timers of this turn. */
  #starts: (() => void)[] = []

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock
    this.#limitMs = limitMs
  }

  /**
   * The late answer is not waited for; if it fails, that failure has already been reported as this one.
   * @throws TimeoutError when there is no answer in time
   */
  within<T>(answer: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let isOver = false
      let cancel: CancelTimer | undefined
      this.#atEndOfTurn(() => {
        if (isOver) return
        cancel = this.#clock.schedule(this.#limitMs, () => reject(new TimeoutError('backend', this.#limitMs)))
      })
      const end = (): void => {
        isOver = true
        cancel?.()
      }
      answer.then(
        (value) => {
          end()
          resolve(value)
        },
        (error: unknown) => {
          end()
          reject(error)
        },
      )
    })
  }

  #atEndOfTurn(start: () => void): void {
    if (this.#starts.push(start) === 1) setImmediate(this.#startAll)
  }

  readonly #startAll = (): void => {
    const starts = this.#starts
    this.#starts = []
    for (const start of starts) start()
  }
}
