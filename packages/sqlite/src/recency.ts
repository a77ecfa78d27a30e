/**
 * Which entries this process has used lately. A read must not take the write lock, so uses are noted here and reach the
 * file later: when the entry comes up for eviction (eviction.ts), at the next sweep, and at close.
 *
 * A use takes a number as writes do (write-numbers.ts). So it does not matter when it is written down.
 */
import type { Ledger } from './ledger.ts'
import type { Statements } from './statements.ts'
import { type Use, UseTable } from './use-table.ts'
import { admit, useNumber } from './write-numbers.ts'

/**
 * Uses noted and not yet written down, half of them at least the latest; past it the other half is forgotten at once, which
 * costs accuracy only.
 */
const MAX_NOTED = 16_384

export class Recency {
  readonly #isKept: boolean
  /** An entry is in one of the two. */
  #latest = new UseTable()
  #earlier = new UseTable()

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
    if (this.#latest.again(id, rank)) return
    if (this.#latest.size >= MAX_NOTED / 2) {
      this.#earlier = this.#latest
      this.#latest = new UseTable()
    }
    const earlier = this.#earlier.take(id)
    this.#latest.add(id, { rank, count: (earlier?.count ?? 0) + 1 })
  }

  /** Takes out what was noted for an entry. */
  take(id: number): Use | undefined {
    return this.#latest.take(id) ?? this.#earlier.take(id)
  }

  /** Writes up to `limit` uses down, within a write transaction. */
  flush(statements: Statements, ledger: Ledger, limit: number): void {
    const earlier = this.#earlier.some(limit)
    for (const id of [...earlier, ...this.#latest.some(limit - earlier.length)]) {
      const use = this.take(id)
      if (use === undefined) continue
      admit(ledger, use.rank)
      statements.promote.run(use.rank, use.count, id, ledger.cleared)
    }
  }
}
