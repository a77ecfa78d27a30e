/** What is told to everybody who listens, as an async iterable each: who is slow has a queue of its own, with a limit. */

/** A listener further behind than this has stopped listening. */
const WAITING_LIMIT = 5_000

export class Feed<Message> {
  readonly #listeners = new Set<(message: Message) => void>()
  readonly #endings = new Set<() => void>()
  #isClosed = false

  tell(message: Message): void {
    for (const listener of this.#listeners) listener(message)
  }

  /** Ends all who listen, and those who come later at once. */
  close(): void {
    this.#isClosed = true
    for (const end of this.#endings) end()
  }

  /** What is told from the first `next()` on, until the signal or the feed's end. */
  async *listen(signal: AbortSignal | undefined): AsyncGenerator<Message, void> {
    const waiting: Message[] = []
    let isOver = this.#isClosed || signal?.aborted === true
    let wake: () => void = () => undefined
    const hear = (message: Message): void => {
      waiting.push(message)
      if (waiting.length > WAITING_LIMIT) isOver = true
      wake()
    }
    const end = (): void => {
      isOver = true
      wake()
    }
    this.#listeners.add(hear)
    this.#endings.add(end)
    signal?.addEventListener('abort', end)
    try {
      while (!isOver) {
        const message = waiting.shift()
        if (message !== undefined) yield message
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      this.#listeners.delete(hear)
      this.#endings.delete(end)
      signal?.removeEventListener('abort', end)
    }
  }
}
