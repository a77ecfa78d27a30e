/**
 * How long the event loop has been kept from turning. A caller that awaits one operation after the other never lets it turn,
 * as each is answered at once: past TURN_MS the next one is answered on the next turn.
 */

/** In milliseconds. Leaves room for the longest single step below the 10 ms that an operation may hold the loop. */
export const TURN_MS = 8
/** In each turn, whatever else has taken its time. */
const LEAST_SERVED = 32
const SETTLED = Promise.resolve()

/** One for each backend: who reads and who writes count together. */
export class Pace {
  #begunAt: number | undefined
  /** What waits for a turn, in order. */
  readonly #waiting: (() => void)[] = []
  /** How many of these have had their turn, in this turn of the loop. */
  #servedCount = 0

  /** Whether the loop should turn before more is done. */
  isLate(): boolean {
    const now = performance.now()
    if (this.#begunAt !== undefined) return now - this.#begunAt > TURN_MS
    this.#begunAt = now
    setImmediate(() => {
      this.#begunAt = undefined
    })
    return false
  }

  /** Whether a look should wait: for a turn, or for those before it that do. */
  mustWait(): boolean {
    return this.#waiting.length > 0 || this.isLate()
  }

  /** Runs it in a turn to come, after what waits already; each turn takes as many as fit. */
  onTurn<T>(run: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(run())
        } catch (thrown) {
          reject(thrown)
        }
      })
      if (this.#waiting.length === 1) setImmediate(this.#begin)
    })
  }

  readonly #begin = (): void => {
    this.#servedCount = 0
    // The time of the turn counts from here, its first answer included.
    this.isLate()
    this.#serve()
  }

  /** One by one, so that what its caller does with each answer counts, too. */
  readonly #serve = (): void => {
    this.#waiting[this.#servedCount++]?.()
    const isOver = this.#servedCount === this.#waiting.length
    if (!isOver && (this.#servedCount < LEAST_SERVED || !this.isLate())) {
      void SETTLED.then(this.#serve)
      return
    }
    this.#waiting.splice(0, this.#servedCount)
    if (!isOver) setImmediate(this.#begin)
  }
}
