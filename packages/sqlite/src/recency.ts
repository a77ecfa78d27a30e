/**
 * Which entries this process has used lately. A read must not take the write lock, so uses are noted here and reach the
 * file later: when the entry comes up for eviction (eviction.ts), at the next sweep, and at close.
 *
 * A use takes a number as writes do (write-numbers.ts). So it does not matter when it is written down.
 */
import type { Ledger } from './ledger.ts'
import type { Statements } from './statements.ts'
import { admit, useNumber } from './write-numbers.ts'

/**
 * Uses noted and not yet written down, half of them at least the latest; past it the other half is forgotten at once, which
 * costs accuracy only.
 */
const MAX_NOTED = 16_384

export interface Use {
  rank: number
  count: number
}

export class Recency {
  readonly #isKept: boolean
  /** An entry is in one of the two. */
  #latest = new Map<number, Use>()
  #earlier = new Map<number, Use>()

  /** @param isKept whether the eviction policy looks at uses. */
  constructor(isKept: boolean) {
    this.#isKept = isKept
  }

  get size(): number {
    return this.#latest.size + this.#earlier.size
  }

  note(id: number): void {
    if (!this.#isKept) return
    const rank = useNumber()
    const use = this.#latest.get(id)
    if (use === undefined) {
      this.#noteAnew(id, rank)
      return
    }
    use.rank = rank
    use.count++
  }

  #noteAnew(id: number, rank: number): void {
    if (this.#latest.size >= MAX_NOTED / 2) {
      this.#earlier = this.#latest
      this.#latest = new Map()
    }
    const earlier = this.#earlier.get(id)
    if (earlier !== undefined) this.#earlier.delete(id)
    this.#latest.set(id, { rank, count: (earlier?.count ?? 0) + 1 })
  }

  /** Takes out what was noted for an entry. */
  take(id: number): Use | undefined {
    const use = this.#latest.get(id) ?? this.#earlier.get(id)
    if (use !== undefined && !this.#latest.delete(id)) this.#earlier.delete(id)
    return use
  }

  /** Writes up to `limit` uses down, within a write transaction. */
  flush(statements: Statements, ledger: Ledger, limit: number): void {
    let count = 0
    for (const uses of [this.#earlier, this.#latest]) {
      for (const [id, use] of uses) {
        if (count++ === limit) return
        uses.delete(id)
        admit(ledger, use.rank)
        statements.promote.run(use.rank, use.count, id, ledger.cleared)
      }
    }
  }
}
