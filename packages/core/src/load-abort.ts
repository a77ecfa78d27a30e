/**
 * Ends a load. Most loaders never look at their signal, and making one costs more than all else that a load has to keep: it is
 * made for who asks.
 */
export class LoadAbort {
  #controller: AbortController | undefined
  #fired: { readonly reason: unknown } | undefined
  readonly #ends: (() => void)[] = []

  get isAborted(): boolean {
    return this.#fired !== undefined
  }

  /** Undefined before it is aborted. */
  get reason(): unknown {
    return this.#fired?.reason
  }

  /** The loader's. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#fired !== undefined) this.#controller.abort(this.#fired.reason)
    }
    return this.#controller.signal
  }

  /** The first reason counts. */
  abort(reason: unknown): void {
    if (this.#fired !== undefined) return
    this.#fired = { reason }
    for (const end of this.#ends) end()
    this.#controller?.abort(reason)
  }

  /** Calls `end` when it is aborted. */
  whenAborted(end: () => void): void {
    this.#ends.push(end)
  }

  throwIfAborted(): void {
    if (this.#fired !== undefined) throw this.#fired.reason
  }
}
