/** Bulk work in slices: how long the event loop is kept from turning, however slow the disk is. */

const SLICE_MS = 2

export class Slice {
  readonly #lengthMs: number
  #sinceMs = performance.now()

  constructor(lengthMs: number = SLICE_MS) {
    this.#lengthMs = lengthMs
  }

  get isOver(): boolean {
    return performance.now() - this.#sinceMs >= this.#lengthMs
  }

  /** After the loop has turned. */
  begin(): void {
    this.#sinceMs = performance.now()
  }
}
