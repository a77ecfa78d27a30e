/** Whether a tier is well, as it is told to whoever listens: one report when it begins to fail, one when it is well again. */
import { BackendError } from '@stowage/core'
import type { TierEvent } from './tier-event.ts'

export class TierState {
  readonly #tierName: string
  readonly #report: (event: TierEvent) => void
  #isDown = false
  #lastError: BackendError | undefined

  constructor(tierName: string, report: (event: TierEvent) => void) {
    this.#tierName = tierName
    this.#report = report
  }

  /** A value that cannot be encoded, or a call after close, is no fault of the tier's. */
  note(error: unknown): void {
    if (error instanceof BackendError) this.#lastError = error
  }

  become(isDown: boolean): void {
    if (isDown === this.#isDown) return
    this.#isDown = isDown
    const error = isDown ? this.#lastError : undefined
    this.#report({ tier: this.#tierName, state: isDown ? 'down' : 'up', error })
  }

  /** What to throw where only this tier could have helped. */
  refusal(operation: string): BackendError {
    const cause = this.#lastError ?? new Error('what should be gone there is not gone yet')
    return new BackendError({ backend: this.#tierName, operation, cause })
  }
}
