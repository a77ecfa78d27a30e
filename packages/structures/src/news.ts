/**
 * Waiting without spinning: until the backend tells of news of a space, or for a bounded time, since what tells may be lost.
 * News that comes while nobody waits is kept for who waits next: nothing is missed between looking and waiting.
 */
import type { Clock } from '@stowage/core'
import type { Space } from './space.ts'

/** The longest time without a look: what a lost notification costs. */
const LONGEST_LOOK_MS = 1_000

export class News implements Disposable {
  readonly #clock: Clock
  readonly #stop: () => void
  #isThere = false
  #wake: (() => void) | undefined

  constructor(space: Space) {
    this.#clock = space.clock
    this.#stop = space.watch(() => {
      this.#isThere = true
      this.#wake?.()
    })
  }

  /** @throws the signal's reason */
  async next(atMostMs: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (!this.#isThere) await this.#wait(Math.max(1, Math.min(atMostMs, LONGEST_LOOK_MS)), signal)
    this.#isThere = false
    signal?.throwIfAborted()
  }

  [Symbol.dispose](): void {
    this.#stop()
  }

  #wait(lengthMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel()
        signal?.removeEventListener('abort', end)
        this.#wake = undefined
        resolve()
      }
      const cancel = this.#clock.schedule(lengthMs, end, true)
      signal?.addEventListener('abort', end)
      this.#wake = end
    })
  }
}
