/**
 * Connections to one server that have been lost, and may not be over for it. What ends them is sent on the next one, and may be lost with that as well, so
 * that each is tried again until the server has answered.
 */
import type { ServerClient } from './client.ts'
import { kindOf } from './reply.ts'

/** Which one, in the words of CLIENT KILL. */
type Seen = readonly string[]

export class LostConnections {
  readonly #all = new Set<Seen>()

  add(seen: Seen): void {
    this.#all.add(seen)
  }

  /** Another server knows nothing of them. */
  clear(): void {
    this.#all.clear()
  }

  /** Never the one it is said on. A user who may not do so is told that, and does without. */
  endOn(client: Pick<ServerClient, 'callBuffer'>): void {
    for (const seen of this.#all) {
      const answered = (): void => {
        this.#all.delete(seen)
      }
      client.callBuffer('client', 'kill', ...seen).then(answered, (thrown: unknown) => {
        if (kindOf(thrown) !== '') answered()
      })
    }
  }
}
