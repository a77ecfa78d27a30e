/**
 * Whether files that are more than a moment's work may be written on the calling thread. While the system takes them into its memory
 * that is less than a millisecond for a MiB, and half the price of the thread pool and a second holding of the lock. Where it makes
 * the writer wait, as it has more to bring to the disk than it will hold, they go off the thread for a while. Several of one moment do always.
 */

/** Shorter files are no matter, whatever the disk, and however many. */
export const LONG_BYTES = 131_072
/** What an operation may hold the event loop for. */
const SLOW_MS = 10
/** One after the other: a thread that was not given the processor looks the same, but not each time. */
const SLOW_COUNT = 3
const SLOW_FOR_MS = 1_000

export class DiskPace {
  #slowUntilMs = Number.NEGATIVE_INFINITY
  #slowCount = 0

  get isSlow(): boolean {
    return performance.now() < this.#slowUntilMs
  }

  /** @param lengthMs that it took to write them, on the thread */
  note(fileBytes: number, lengthMs: number): void {
    if (fileBytes < LONG_BYTES) return
    this.#slowCount = lengthMs < SLOW_MS ? 0 : this.#slowCount + 1
    // After a while one is tried: if that is slow, too, it is enough.
    if (this.#slowCount >= SLOW_COUNT) this.#slowUntilMs = performance.now() + SLOW_FOR_MS
  }
}
