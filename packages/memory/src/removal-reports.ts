/** Who is told of entries that left unasked, and when: not in the middle of a write, since a listener may use the cache. */
import { type RemovalCause, type RemovalListener, RemovalListeners } from '@stowage/core'

interface Removal {
  readonly key: string
  readonly cause: RemovalCause
}

export class RemovalReports {
  private readonly listeners = new RemovalListeners()
  private noted: Removal[] = []

  listen(listener: RemovalListener): () => void {
    return this.listeners.add(listener)
  }

  get isHeard(): boolean {
    return !this.listeners.isEmpty
  }

  note(key: string, cause: RemovalCause): void {
    if (this.isHeard) this.noted.push({ key, cause })
  }

  /** Whether something has been noted. */
  get areDue(): boolean {
    return this.noted.length > 0
  }

  /** Tells what has been noted; call when the books are in order. */
  tell(): void {
    if (!this.areDue) return
    const noted = this.noted
    this.noted = []
    for (const { key, cause } of noted) this.listeners.tell(key, cause)
  }
}
