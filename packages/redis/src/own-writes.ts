/** The marks of this process's writes: its own random beginning, and a count. No other write of any process has the same. */
import { randomBytes } from 'node:crypto'

const RANDOM_BYTES = 10

export class OwnWrites {
  readonly #mark = Buffer.concat([randomBytes(RANDOM_BYTES), Buffer.alloc(6)])
  #count = 0

  /** Good until the next call. */
  next(): Buffer {
    this.#count += 1
    this.#mark.writeUIntLE(this.#count, RANDOM_BYTES, 6)
    return this.#mark
  }
}
