/**
 * Leaves a failing backend alone for a while, so that its timeouts are not paid by every call.
 *
 * Closed: calls go through. After FAULT_LIMIT failures in a row it opens: calls are answered without the backend. When
 * the pause is over one call goes through as a trial (half-open); its success closes the breaker, its failure opens it
 * for twice as long. Deletions and invalidations always go through, and their outcomes count like any other.
 */

/** Failures in a row that are more than bad luck. */
const FAULT_LIMIT = 5
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

export class Breaker {
  #faultCount = 0
  #pauseMs = FIRST_PAUSE_MS
  #openUntilMs: number | undefined
  #isTrying = false

  /** Whether the backend is left alone now, but for a trial. */
  get isOpen(): boolean {
    return this.#openUntilMs !== undefined
  }

  /** Whether a call may go to the backend. When it may although the breaker is open, it is the trial. */
  mayTry(nowMs: number): boolean {
    if (this.#openUntilMs === undefined) return true
    // A clock that went back must not keep it open for longer than a pause.
    const isOver = nowMs >= this.#openUntilMs || nowMs < this.#openUntilMs - LONGEST_PAUSE_MS
    if (!isOver || this.#isTrying) return false
    this.#isTrying = true
    return true
  }

  /** @returns whether this closed it. */
  succeeded(): boolean {
    const wasOpen = this.isOpen
    this.#faultCount = 0
    this.#pauseMs = FIRST_PAUSE_MS
    this.#openUntilMs = undefined
    this.#isTrying = false
    return wasOpen
  }

  /** @param count calls that failed together @returns whether this opened it. */
  failed(nowMs: number, count: number): boolean {
    const wasOpen = this.isOpen
    if (wasOpen && !this.#isTrying) return false
    this.#faultCount += count
    if (!wasOpen && this.#faultCount < FAULT_LIMIT) return false
    if (wasOpen) this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
    this.#openUntilMs = nowMs + this.#pauseMs
    this.#isTrying = false
    return !wasOpen
  }
}
