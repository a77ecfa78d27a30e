/**
 * Who publishes, and up to which number each has been heard: a number that is left out is a message that was lost. Everybody is heard
 * of at every beat, so that who is first heard of later than that must begin at the beginning.
 */

/** Publishers that come and go: whoever was heard longest ago is forgotten first. */
const MAX_PUBLISHERS = 10_000

export class Roll {
  readonly #beatMs: number
  #numbers = new Map<string, number>()
  #begunTickMs = 0
  /** Somebody has said something before who is first heard of: whether that was after the beginning, nobody knows. */
  #isUnsure = false

  /** @param beatMs how long a publisher may say nothing */
  constructor(beatMs: number) {
    this.#beatMs = beatMs
  }

  /** What was said before is not known. */
  begin(tickMs: number): void {
    this.#begunTickMs = tickMs
    this.#isUnsure = false
    this.#numbers = new Map()
  }

  /** Notes a post. @returns whether one before it has been left out */
  misses(publisher: string, number: number, isBeat: boolean, tickMs: number): boolean {
    const expected = isBeat ? number : number - 1
    const last = this.#numbers.get(publisher)
    this.#numbers.delete(publisher)
    this.#numbers.set(publisher, Math.max(number, last ?? 0))
    if (this.#numbers.size > MAX_PUBLISHERS) {
      const [longestAgo] = this.#numbers.keys()
      if (longestAgo !== undefined) this.#numbers.delete(longestAgo)
    }
    if (last !== undefined) return expected > last
    if (expected === 0) return false
    if (this.#haveAllBeenHeard(tickMs)) return true
    this.#isUnsure = true
    return false
  }

  /** Whether what came right after the beginning may have been left out: asked when all have been heard of, and said once. */
  mayHaveMissed(tickMs: number): boolean {
    if (!this.#isUnsure || !this.#haveAllBeenHeard(tickMs)) return false
    this.#isUnsure = false
    return true
  }

  #haveAllBeenHeard(tickMs: number): boolean {
    return tickMs - this.#begunTickMs > 2 * this.#beatMs
  }
}
