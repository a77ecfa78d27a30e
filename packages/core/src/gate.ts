/** How much goes on at once: so many may pass, the others wait in line. Node's thread pool has four threads, and file descriptors are few (`ulimit -n`). */
export class Gate {
  readonly #width: number
  readonly #waiting: (() => void)[] = []
  #insideCount = 0

  constructor(width: number) {
    this.#width = width
  }

  async pass<T>(run: () => Promise<T>): Promise<T> {
    if (this.#insideCount >= this.#width) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#insideCount++
    try {
      return await run()
    } finally {
      // The place goes to the next in line.
      const next = this.#waiting.shift()
      if (next === undefined) this.#insideCount--
      else next()
    }
  }
}
