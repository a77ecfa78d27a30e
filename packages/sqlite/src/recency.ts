/**
 * Which entries this process has used lately. A read must not take the write lock, so uses are noted here and reach the
 * file later: when the entry comes up for eviction (eviction.ts), at the next sweep, and at close.
 *
 * A use gets the rank it would have had in the file at that moment: after the write that was the newest then, before the
 * next one. So it does not matter when it is written down.
 */
import type { Statements } from './statements.ts'

/** Uses noted and not yet written down; past it the longest noted are forgotten, which costs accuracy only. */
const MAX_NOTED = 8_192
/** Uses between two writes that can be told apart. 2^53 / 1,024 leaves room for 8.8e12 writes. */
const USES_PER_TICK = 1_024

export interface Use {
  rank: number
  count: number
}

export class Recency {
  readonly #isKept: boolean
  readonly #uses = new Map<number, Use>()
  #tick = 0
  #usesInTick = 0

  /** @param isKept whether the eviction policy looks at uses. */
  constructor(isKept: boolean) {
    this.#isKept = isKept
  }

  get size(): number {
    return this.#uses.size
  }

  note(row: { readonly id: number; readonly tick: number }): void {
    if (!this.#isKept) return
    if (row.tick !== this.#tick) {
      this.#tick = row.tick
      this.#usesInTick = 0
    }
    this.#usesInTick = Math.min(this.#usesInTick + 1, USES_PER_TICK - 1)
    const rank = row.tick + this.#usesInTick / USES_PER_TICK
    const use = this.#uses.get(row.id)
    if (use !== undefined) {
      use.rank = rank
      use.count++
      return
    }
    this.#uses.set(row.id, { rank, count: 1 })
    if (this.#uses.size <= MAX_NOTED) return
    for (const longestNoted of this.#uses.keys()) {
      this.#uses.delete(longestNoted)
      return
    }
  }

  /** Takes out what was noted for an entry. */
  take(id: number): Use | undefined {
    const use = this.#uses.get(id)
    this.#uses.delete(id)
    return use
  }

  /** Writes up to `limit` uses down, within a write transaction. */
  flush(statements: Statements, limit: number): void {
    let count = 0
    for (const [id, use] of this.#uses) {
      if (count++ === limit) return
      this.#uses.delete(id)
      statements.promote.run(use.rank, use.count, id)
    }
  }
}
