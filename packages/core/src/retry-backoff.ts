/**
 * Keys whose refresh has failed lately. While a key is here its stale value is served without asking the source again,
 * so that a failing source is not hammered by every read (one question per `retryAfterError` and key).
 */

/** Beyond this many keys the oldest are forgotten, which costs the source one more question each. */
const MAX_KEYS = 10_000

export class RetryBackoff {
  readonly #untilMs = new Map<string, number>()

  note(key: string, untilMs: number): void {
    this.#untilMs.delete(key)
    this.#untilMs.set(key, untilMs)
    if (this.#untilMs.size <= MAX_KEYS) return
    const [oldest] = this.#untilMs.keys()
    if (oldest !== undefined) this.#untilMs.delete(oldest)
  }

  /** Whether the key's source is to be left alone at `nowMs`. */
  holds(key: string, nowMs: number): boolean {
    const untilMs = this.#untilMs.get(key)
    if (untilMs === undefined) return false
    if (nowMs < untilMs) return true
    this.#untilMs.delete(key)
    return false
  }

  clear(key: string): void {
    if (this.#untilMs.size > 0) this.#untilMs.delete(key)
  }
}
