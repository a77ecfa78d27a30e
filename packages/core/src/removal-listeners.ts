/** Who hears of the entries that leave a backend unasked. One that throws hurts neither the others nor whoever tells them. */
import type { RemovalListener } from './backend.ts'
import { messageOf } from './errors.ts'
import type { RemovalCause } from './vocabulary.ts'

export class RemovalListeners {
  /** Replaced, never changed: who listens anew while others are told hears of what comes after. */
  #listeners: readonly { readonly hear: RemovalListener }[] = []
  #hasWarned = false

  get isEmpty(): boolean {
    return this.#listeners.length === 0
  }

  /** @returns how to stop listening. */
  add(hear: RemovalListener): () => void {
    // An object of its own: the same function may listen twice, and stops once for each.
    const own = { hear }
    this.#listeners = [...this.#listeners, own]
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== own)
    }
  }

  tell(key: string, cause: RemovalCause): void {
    for (const { hear } of this.#listeners) {
      try {
        const answer: unknown = hear(key, cause)
        // An async listener's failure is a listener's failure, not the process's.
        if (answer instanceof Promise) answer.catch((thrown: unknown) => this.#warn(thrown))
      } catch (thrown) {
        this.#warn(thrown)
      }
    }
  }

  /** Once: removals come by the thousand. */
  #warn(thrown: unknown): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    process.emitWarning(`a listener of removals threw: ${messageOf(thrown)}`, { code: 'STOWAGE_REMOVAL_LISTENER' })
  }
}
