/** Older values that callers may leave with when their load fails. One that is deleted or invalidated while they wait is none any more. */
import type { InvalidationTarget, StoredEntry } from './backend.ts'
import { coverOf } from './target-cover.ts'

/** What one caller has found. */
interface Standing {
  readonly entry: Pick<StoredEntry, 'facts'>
}

export class StandingValues {
  readonly #keys = new Map<Standing, string>()

  /** For as long as its caller waits. */
  hold(key: string, value: Standing | undefined): void {
    if (value !== undefined) this.#keys.set(value, key)
  }

  letGo(value: Standing | undefined): void {
    if (value !== undefined) this.#keys.delete(value)
  }

  holds(value: Standing): boolean {
    return this.#keys.has(value)
  }

  /** What it covers has been deleted or invalidated, or is to be. */
  strike(target: InvalidationTarget | { readonly key: string }): void {
    if (this.#keys.size === 0) return
    const covers = coverOf(target)
    for (const [value, key] of this.#keys) if (covers(key, value.entry.facts.tags)) this.#keys.delete(value)
  }
}
