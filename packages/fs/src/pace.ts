/** How long the event loop is kept from turning, however slow the disk is: bulk work in slices, and steps that follow one another. */

const SLICE_MS = 2
/** Below the 10 ms that an operation may hold the loop. */
const TURN_MS = 8

export class Slice {
  readonly #lengthMs: number
  #sinceMs = performance.now()

  constructor(lengthMs: number = SLICE_MS) {
    this.#lengthMs = lengthMs
  }

  get isOver(): boolean {
    return performance.now() - this.#sinceMs >= this.#lengthMs
  }

  /** After the loop has turned. */
  begin(): void {
    this.#sinceMs = performance.now()
  }
}

/** A caller that awaits one operation after the other never lets the loop turn, as each is answered at once. */
export class Pace {
  #begunAtMs: number | undefined

  /** Whether the loop should turn before more is done. */
  isLate(): boolean {
    const nowMs = performance.now()
    if (this.#begunAtMs !== undefined) return nowMs - this.#begunAtMs > TURN_MS
    this.#begunAtMs = nowMs
    setImmediate(this.#turn)
    return false
  }

  readonly #turn = (): void => {
    this.#begunAtMs = undefined
  }
}
