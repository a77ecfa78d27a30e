/** Who listens to what is told by name. */
import { describe, UsageError } from './errors.ts'

export type Listener<Event> = (event: Event) => void

/** Listeners by the name of what they listen to. One that throws, or fails later, hurts neither the others nor whoever tells them. */
export class Listeners<Events extends object> {
  readonly #byName: { readonly [Name in keyof Events]: Set<{ readonly hear: Listener<Events[Name]> }> }
  readonly #onFault: (thrown: unknown, name: keyof Events) => void

  /**
   * @param byName an empty set for each name there is
   * @param onFault hears what a listener threw, at once or later
   */
  constructor(
    byName: { readonly [Name in keyof Events]: Set<{ readonly hear: Listener<Events[Name]> }> },
    onFault: (thrown: unknown, name: keyof Events) => void,
  ) {
    this.#byName = byName
    this.#onFault = onFault
  }

  has(name: keyof Events): boolean {
    return this.#byName[name].size > 0
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    // Those of now: a listener that is added meanwhile hears of what comes after.
    for (const { hear } of [...this.#byName[name]]) {
      try {
        const answer: unknown = hear(event)
        // An async listener's failure is a listener's failure, not the process's.
        if (answer instanceof Promise) answer.catch((thrown: unknown) => this.#onFault(thrown, name))
      } catch (thrown) {
        this.#onFault(thrown, name)
      }
    }
  }

  /** @returns how to stop listening. @throws UsageError for another name, or when it is no function */
  on<Name extends keyof Events>(name: Name, hear: Listener<Events[Name]>): () => void {
    const isKnown = typeof name === 'string' && Object.hasOwn(this.#byName, name)
    if (!isKnown || typeof hear !== 'function') {
      const refused = describe(isKnown ? hear : name)
      const names = Object.keys(this.#byName).join(', ')
      throw new UsageError(`on: ${refused} is not allowed; allowed: one of ${names}, and a function`)
    }
    // An object of its own: the same function may listen twice, and stops once for each.
    const listener = { hear }
    const listeners = this.#byName[name]
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
}
