/** Who is told of commits: one channel for all spaces of a prefix, listened to from the first watch on. */
import { mastersOf } from '../client.ts'
import { Listening } from '../listening.ts'
import type { Wire } from '../wire.ts'

export class SpaceWatch {
  readonly #wire: Wire
  readonly #channel: string
  readonly #listeners = new Map<string, Set<() => void>>()
  #listening: Listening | undefined

  constructor(wire: Wire, channel: string) {
    this.#wire = wire
    this.#channel = channel
  }

  add(space: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(space) ?? new Set()
    this.#listeners.set(space, listeners)
    listeners.add(listener)
    this.#listening ??= this.#listen()
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(space) === listeners) this.#listeners.delete(space)
    }
  }

  stop(): void {
    this.#listening?.stop()
    this.#listeners.clear()
  }

  #listen(): Listening {
    const { client } = this.#wire
    return new Listening({
      server: () => {
        const masters = mastersOf(client)
        return masters.find(({ status }) => status === 'ready') ?? masters[0]
      },
      event: 'message',
      channel: this.#channel,
      finish: async () => undefined,
      isWhole: async () => true,
      heard: (space) => this.#tell(String(space)),
      // What was told in between nobody knows.
      gap: (gap) => {
        if (gap === 'over') for (const space of [...this.#listeners.keys()]) this.#tell(space)
      },
    })
  }

  #tell(space: string): void {
    for (const listener of [...(this.#listeners.get(space) ?? [])]) listener()
  }
}
