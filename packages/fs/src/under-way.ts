/** What has been asked for and is done off the event loop: closing waits for it. */

export class UnderWay {
  readonly #work = new Set<Promise<unknown>>()

  track<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work)
    const ended = (): void => {
      this.#work.delete(work)
    }
    work.then(ended, ended)
    return work
  }

  /** How each of it ends is its caller's to know. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work)
  }
}
