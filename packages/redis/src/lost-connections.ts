/**
 * Connections to one server that have been lost, and may not be over for it. What ends them is sent on the next one, and may be lost with that as well, so
 * that each is tried again until the server has answered.
 */
import type { ServerClient } from './client.ts'
import { kindOf } from './reply.ts'

/** Servers that are gone for good are among them. Whoever was connected to longest ago is forgotten first. */
const MAX_SERVERS = 1_000

/** Which one, in the words of CLIENT KILL. */
type Seen = readonly string[]

export class LostConnections {
  readonly #all = new Set<Seen>()

  add(seen: Seen): void {
    this.#all.add(seen)
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

/** Of each server its own: another knows nothing of them, but it may be the one before that comes back after it. */
export class LostByServer {
  readonly #all = new Map<string, LostConnections>()

  of(server: string): LostConnections {
    const lost = this.#all.get(server) ?? new LostConnections()
    this.#all.delete(server)
    this.#all.set(server, lost)
    const [longestAgo] = this.#all.keys()
    if (longestAgo !== undefined && this.#all.size > MAX_SERVERS) this.#all.delete(longestAgo)
    return lost
  }
}
