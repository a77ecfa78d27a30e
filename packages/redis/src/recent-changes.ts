/**
 * What this process changed a moment ago, for when a replica becomes the master: replication is behind, so that the new master may lack the
 * last things the old one acknowledged. A deletion that it lacks would bring a value back, a write an older one. So
 * they are made again, as deletions and invalidations, before anything else is asked of it.
 */

/** Further back than a replica that is fit to become a master may be. */
const KEPT_MS = 5_000
/** What is changed faster than this is kept for less long. */
const MAX_KEPT = 10_000
/** A hundred for each of them: keys may have 16,384. */
const MAX_CHARACTERS = 1_048_576

export class RecentChanges {
  readonly #heardTickMs: () => number
  /** Newest last. Two lists, as an object for each would outlive the young generation of the heap. */
  #whats: string[] = []
  #atTickMs: number[] = []
  /** Where the oldest is that is kept. */
  #first = 0
  #characterCount = 0

  /** @param heardTickMs when the master was heard of last */
  constructor(heardTickMs: () => number) {
    this.#heardTickMs = heardTickMs
  }

  /** @param what the name of a key, or of a mark */
  note(what: string, atTickMs: number = performance.now()): void {
    this.#whats.push(what)
    this.#atTickMs.push(atTickMs)
    this.#characterCount += what.length
    this.#drop()
  }

  /** Each once. @param heardTickMs when the old master was heard of last: how long the next one took to come has nothing to do with it */
  list(heardTickMs: number): readonly string[] {
    const sinceMs = heardTickMs - KEPT_MS
    const recent = this.#whats.filter((_, at) => at >= this.#first && (this.#atTickMs[at] ?? 0) >= sinceMs)
    return [...new Set(recent)]
  }

  /** What will not be listed any more: a master is never heard of earlier than it has been. The newest stays. */
  #drop(): void {
    const sinceMs = this.#heardTickMs() - KEPT_MS
    const last = this.#whats.length - 1
    while (this.#first < last && (this.#isFull || (this.#atTickMs[this.#first] ?? 0) < sinceMs)) {
      this.#characterCount -= this.#whats[this.#first]?.length ?? 0
      this.#whats[this.#first] = ''
      this.#first += 1
    }
    // Now and then, so that it costs each change next to nothing.
    if (this.#first <= this.#whats.length / 2) return
    this.#whats = this.#whats.slice(this.#first)
    this.#atTickMs = this.#atTickMs.slice(this.#first)
    this.#first = 0
  }

  get #isFull(): boolean {
    return this.#whats.length - this.#first > MAX_KEPT || this.#characterCount > MAX_CHARACTERS
  }
}
