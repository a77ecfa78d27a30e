/** A bus on which whatever is said is heard at once: in the story nothing is lost on the way. */
import type { Bus, BusListener } from '@stowage/core'

export class StoryBus {
  readonly #listeners = new Set<BusListener>()

  attach(): Bus {
    const own = new Set<BusListener>()
    return {
      publish: (message) => {
        for (const listener of this.#listeners) if (!own.has(listener)) listener(message)
      },
      subscribe: (listener) => {
        own.add(listener)
        this.#listeners.add(listener)
        return () => {
          own.delete(listener)
          this.#listeners.delete(listener)
        }
      },
      onGap: () => () => undefined,
      close: () => {
        for (const listener of own) this.#listeners.delete(listener)
      },
    }
  }
}
