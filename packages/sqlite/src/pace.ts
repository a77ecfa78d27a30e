/**
 * How long the event loop has been kept from turning. A caller that awaits one operation after the other never lets it turn,
 * as each is answered at once: past TURN_MS the next one is answered on the next turn.
 */

/** Leaves room for the longest single transaction below the 10 ms that an operation may hold the loop. */
export const TURN_MS = 8

export class Pace {
  #begunAt: number | undefined
  #nextTurn: Promise<void> | undefined

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

  /** The same for all who ask before it comes. */
  nextTurn(): Promise<void> {
    this.#nextTurn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#nextTurn = undefined
        resolve()
      })
    })
    return this.#nextTurn
  }
}
