/** Who hears of the entries that leave a backend unasked. One that throws hurts neither the others nor whoever tells them. */
import type { RemovalListener } from './backend.ts'
import { messageOf } from './errors.ts'
import type { RemovalCause } from './vocabulary.ts'

export class RemovalListeners {
  readonly #listeners = new Set<RemovalListener>()
  #hasWarned = false

  get isEmpty(): boolean {
    return this.#listeners.size === 0
  }

  /** @returns how to stop listening. */
  add(listener: RemovalListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(key: string, cause: RemovalCause): void {
    for (const listener of this.#listeners) {
      try {
        listener(key, cause)
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
