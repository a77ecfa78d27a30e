/** Those of a handler that wait until they may write on, in place of the response's own listeners of 'drain'. */
import type { ServerResponse } from 'node:http'

export class DrainListeners {
  readonly #listeners: unknown[] = []

  add(listener: unknown): void {
    this.#listeners.push(listener)
  }

  /** One that was added by `once` goes by what it wraps, too. */
  remove(listener: unknown): void {
    const at = this.#listeners.findLastIndex((each) => each === listener || wrapped(each) === listener)
    if (at !== -1) this.#listeners.splice(at, 1)
  }

  tell(res: ServerResponse): void {
    for (const listener of [...this.#listeners]) if (typeof listener === 'function') Reflect.apply(listener, res, [])
  }
}

function wrapped(listener: unknown): unknown {
  return typeof listener === 'function' && 'listener' in listener ? listener.listener : listener
}
