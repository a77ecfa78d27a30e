/** How much is done in one go: the event loop turns after so many milliseconds of work, however slow the disk is. */

const SLICE_MS = 2

export class Slice {
  #sinceMs = performance.now()

  get isOver(): boolean {
    return performance.now() - this.#sinceMs >= SLICE_MS
  }

  /** After the loop has turned. */
  begin(): void {
    this.#sinceMs = performance.now()
  }
}
