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
  /** Newest last. */
  #changes: { readonly what: string; readonly atMs: number }[] = []

  /** @param what the name of a key, or of a mark */
  note(what: string): void {
    this.#changes.push({ what, atMs: performance.now() })
    // Now and then, so that it costs each change next to nothing.
    if (this.#changes.length >= 2 * MAX_KEPT) this.#changes = this.#changes.slice(-MAX_KEPT)
  }

  /** Each once. @param heardTickMs when the old master was heard of last: how long the next one took to come has nothing to do with it */
  list(heardTickMs: number): readonly string[] {
    const sinceMs = heardTickMs - KEPT_MS
    return [...new Set(this.#changes.filter(({ atMs }) => atMs >= sinceMs).map(({ what }) => what))].slice(-MAX_KEPT)
  }
}
