/** How far something is, and how long it will still take by the pace so far. */
import { spanText } from './amounts.ts'

/** Before, a pace says nothing. */
const FIRST_TOLD_MS = 1_000

export class TimeLeft {
  readonly #startedAtMs = performance.now()
  readonly #from: number

  /** @param from what was done before. */
  constructor(from = 0) {
    this.#from = from
  }

  /** `''` until it can be told. */
  text(done: number, total: number): string {
    const elapsedMs = performance.now() - this.#startedAtMs
    const doneHere = done - this.#from
    if (elapsedMs < FIRST_TOLD_MS || doneHere <= 0 || total < done) return ''
    const leftMs = (elapsedMs * (total - done)) / doneHere
    return `, ${leftMs < 1_000 ? 'less than 1s' : spanText(leftMs)} left`
  }
}
