/**
 * Keys whose refresh has failed lately. While a key is here its stale value is served without asking the source again,
 * so that a failing source is not hammered by every read (one question per `retryAfterError` and key).
 * By ticks: a clock that is set back must not leave the source unasked until it has caught up.
 */

/** Beyond this many keys the oldest are forgotten, which costs the source one more question each. */
const MAX_KEYS = 10_000

export class RetryBackoff {
  /** By the clock's ticks. */
  readonly #untilMs = new Map<string, number>()

  note(key: string, untilMs: number): void {
    this.#untilMs.delete(key)
    this.#untilMs.set(key, untilMs)
    if (this.#untilMs.size <= MAX_KEYS) return
    const [oldest] = this.#untilMs.keys()
    if (oldest !== undefined) this.#untilMs.delete(oldest)
  }

  /** Whether the key's source is to be left alone at the tick. */
  holds(key: string, tickMs: number): boolean {
    const untilMs = this.#untilMs.get(key)
    if (untilMs === undefined) return false
    if (tickMs < untilMs) return true
    this.#untilMs.delete(key)
    return false
  }

  clear(key: string): void {
    if (this.#untilMs.size > 0) this.#untilMs.delete(key)
  }
}
