/**
 * What this process changed a moment ago, for when a replica becomes the master: replication is behind, so that the new master may lack the
 * last things the old one acknowledged. A deletion that it lacks would bring a value back, a write an older one. So
 * they are made again, as deletions and invalidations, before anything else is asked of it.
 */

/** Further back than a replica that is fit to become a master may be. */
const KEPT_MS = 5_000
/** What is changed faster than this is kept for less long. */
const MAX_KEPT = 10_000

export class RecentChanges {
  /** Newest last. Two lists, as an object for each would outlive the young generation of the heap. */
  #whats: string[] = []
  #atTickMs: number[] = []

  /** @param what the name of a key, or of a mark */
  note(what: string, atTickMs: number = performance.now()): void {
    const count = this.#whats.push(what)
    this.#atTickMs.push(atTickMs)
    if (count < 2 * MAX_KEPT) return
    // Now and then, so that it costs each change next to nothing.
    this.#whats = this.#whats.slice(-MAX_KEPT)
    this.#atTickMs = this.#atTickMs.slice(-MAX_KEPT)
  }

  /** Each once. @param heardTickMs when the old master was heard of last: how long the next one took to come has nothing to do with it */
  list(heardTickMs: number): readonly string[] {
    const sinceMs = heardTickMs - KEPT_MS
    const recent = this.#whats.filter((_, at) => (this.#atTickMs[at] ?? 0) >= sinceMs)
    return [...new Set(recent)].slice(-MAX_KEPT)
  }
}
