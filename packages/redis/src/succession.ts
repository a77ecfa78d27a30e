/**
 * Notices that another server answers for a partition, and makes good what it may lack before it is trusted (recent-changes.ts). An answer that
 * was under way meanwhile may be the new server's, and is asked for again.
 */
import type { Wire } from './wire.ts'

export class Succession {
  readonly #wire: Wire
  readonly #slot: number | undefined
  readonly #makeGood: (heardTickMs: number) => Promise<unknown>
  #server: string | undefined
  #heardTickMs = 0
  /** There while it is made good. */
  #making: Promise<void> | undefined
  /** What was to be waited for last, and all that was before it. */
  #last: Promise<unknown> | undefined

  /** @param makeGood is told when the one before was heard of last */
  constructor(wire: Wire, slot: number | undefined, makeGood: (heardTickMs: number) => Promise<unknown>) {
    this.#wire = wire
    this.#slot = slot
    this.#makeGood = makeGood
    // At once, and not with the next call: others may be served by it what this process has deleted.
    wire.onServer(() => void this.#madeGood())
  }

  /** Which server it was at the last look. */
  get server(): string | undefined {
    return this.#server
  }

  /** When it answered last. */
  get heardTickMs(): number {
    return this.#heardTickMs
  }

  /** It has answered just now. What another says is no sign of it. */
  heard(): void {
    if (this.#madeGood() === undefined) this.#heardTickMs = performance.now()
  }

  /** Whether the same server answers as did then. */
  isStill(server: string | undefined): boolean {
    return this.#madeGood() === undefined && (server === undefined || server === this.#server)
  }

  /**
   * What everything has to wait for before it is sent, in the order in which it was asked for: that the server that answers now is as good as
   * the one before, and what {@link hold} says. Nothing, nearly always.
   */
  settled(): Promise<unknown> | undefined {
    void this.#madeGood()
    return this.#last
  }

  /** Whatever is asked for from now on goes behind this, and behind who waits already. */
  hold(until: Promise<unknown>): void {
    const before = this.#last
    // Also where one of them fails: who comes next is not to pass those who wait for the other.
    const last =
      before === undefined ? until : Promise.allSettled([before, until]).then(() => Promise.all([before, until]))
    this.#last = last
    // Before all who wait for it, so that nobody comes in between.
    const over = (): void => {
      if (this.#last === last) this.#last = undefined
    }
    last.then(over, over)
  }

  #madeGood(): Promise<void> | undefined {
    const server = this.#wire.serverOf(this.#slot)
    if (this.#making !== undefined || server === undefined || server === this.#server) return this.#making
    if (this.#server === undefined) {
      this.#server = server
      return undefined
    }
    const making = this.#make(server)
    this.#making = making
    const made = (): void => {
      this.#making = undefined
    }
    making.then(made, () => {
      made()
      // Also where nobody asks until then.
      this.#wire.later(() => void this.#madeGood())
    })
    this.hold(making)
    return making
  }

  /** What `ask` gives, asked of one and the same server from beginning to end. */
  trusted<T>(ask: () => Promise<T>): Promise<T> {
    return this.#askedOfOne(ask, () => this.settled())
  }

  /** The same for what {@link hold} may be waiting for: it goes ahead of those who wait for that. */
  trustedAhead<T>(ask: () => Promise<T>): Promise<T> {
    return this.#askedOfOne(ask, () => this.#madeGood())
  }

  async #askedOfOne<T>(ask: () => Promise<T>, beforeIt: () => Promise<unknown> | undefined): Promise<T> {
    for (;;) {
      const making = beforeIt()
      if (making !== undefined) await making
      const server = this.#server
      const answer = await ask()
      if (this.isStill(server)) return answer
    }
  }

  async #make(server: string): Promise<void> {
    await this.#makeGood(this.#heardTickMs)
    this.#server = server
    this.#heardTickMs = performance.now()
  }
}
