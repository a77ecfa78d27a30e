/** Keys of which something was noted a moment ago. Bounded: of many, the oldest are forgotten. */

const MAX_COUNT = 1_000

export class RecentKeys {
  readonly #untilMs = new Map<string, number>()
  readonly #lengthMs: number

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs
  }

  note(key: string, nowMs: number): void {
    this.#untilMs.delete(key)
    this.#untilMs.set(key, nowMs + this.#lengthMs)
    if (this.#untilMs.size <= MAX_COUNT) return
    for (const oldest of this.#untilMs.keys()) {
      this.#untilMs.delete(oldest)
      return
    }
  }

  has(key: string, nowMs: number): boolean {
    const untilMs = this.#untilMs.get(key)
    // A clock that went back must not make a moment long.
    return untilMs !== undefined && nowMs < untilMs && nowMs >= untilMs - this.#lengthMs
  }

  forget(key: string): void {
    this.#untilMs.delete(key)
  }
}
