/**
 * The loads going on in the cache, by key. One goes on for as long as its run of the handler does, and a newer one would have to wait for
 * it. So that a run that hangs does not keep its key empty, its load takes what a newer run has made, under the lease it has: that is older,
 * and an invalidation that came since keeps both out.
 */
import type { LoadContext } from '@stowage/core'
import type { Flight } from './flight.ts'

/** Comes to what the entry is to hold. */
export type Keep = (context: LoadContext) => Promise<unknown>

export class Load {
  /** Of the run it began with. */
  readonly flight: Flight
  readonly #offered = Promise.withResolvers<Keep>()
  readonly #ended = Promise.withResolvers<void>()
  #taken: Keep | undefined
  #isTaking = false

  constructor(flight: Flight) {
    this.flight = flight
  }

  /** Whether its run has begun: else it waits for its turn. */
  get isTaking(): boolean {
    return this.#isTaking
  }

  /** Takes what comes first: of its own run, or of a newer one. */
  async take(own: Promise<Keep>): Promise<Keep> {
    this.#isTaking = true
    this.#taken = await Promise.race([own, this.#offered.promise])
    return this.#taken
  }

  /** Resolves when it is over: whether it has taken this. */
  async offer(keep: Keep): Promise<boolean> {
    this.#offered.resolve(keep)
    await this.#ended.promise
    return this.#taken === keep
  }

  end(): void {
    this.#ended.resolve()
  }
}

export class Loads {
  readonly #byKey = new Map<string, Load>()

  /** What would take a response. */
  find(key: string): Load | undefined {
    const load = this.#byKey.get(key)
    return load?.isTaking === true ? load : undefined
  }

  /** Undefined while another one of the key goes on. */
  begin(key: string, flight: Flight): Load | undefined {
    if (this.#byKey.has(key)) return undefined
    const load = new Load(flight)
    this.#byKey.set(key, load)
    return load
  }

  /** Removes only this very load: another one may have begun. */
  end(key: string, load: Load): void {
    if (this.#byKey.get(key) === load) this.#byKey.delete(key)
    load.end()
  }
}
