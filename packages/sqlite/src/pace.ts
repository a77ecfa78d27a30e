/**
 * How long the event loop has been kept from turning. A caller that awaits one operation after the other never lets it turn,
 * as each is answered at once: past TURN_MS the next one is answered on the next turn.
 */

/** Leaves room for the longest single transaction below the 10 ms that an operation may hold the loop. */
export const TURN_MS = 8

export class Pace {
  #begunAt: number | undefined
  /** What waits for a turn, in order. */
  #waiting: (() => void)[] = []

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
      if (this.#waiting.length === 1) setImmediate(this.#serve)
    })
  }

  readonly #serve = (): void => {
    let served = 0
    for (const serve of this.#waiting) {
      if (this.isLate()) break
      served++
      serve()
    }
    this.#waiting = this.#waiting.slice(served)
    if (this.#waiting.length > 0) setImmediate(this.#serve)
  }
}
