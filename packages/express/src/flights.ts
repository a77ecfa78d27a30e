/** The responses on their way, by the key they are asked under. Bounded by the requests going on. */
import { type Clock, readStorageKey, ticksOf } from '@stowage/core'
import { Flight } from './flight.ts'
import { placeText } from './request-key.ts'

/** Ends remembered by key; of others a request that just missed one asks the handler once more. */
const MAX_REMEMBERED = 1_000

export class Flights {
  readonly #byKey = new Map<string, Flight>()
  /** When the last keys landed, in the order of ends. */
  readonly #endedAt = new Map<string, number>()
  #endCount = 0
  readonly #patienceMs: number
  readonly #tick: () => number

  /** @param patienceMs silence after which a run is joined by nobody: a handler that hangs must not hang all who come */
  constructor(patienceMs: number, clock: Clock) {
    this.#patienceMs = patienceMs
    this.#tick = ticksOf(clock)
  }

  /** What a request that comes now may join. */
  find(key: string): Flight | undefined {
    const flight = this.#byKey.get(key)
    return flight?.isOpen === true && flight.silentMs < this.#patienceMs ? flight : undefined
  }

  begin(key: string, limitBytes: number): Flight {
    const flight = new Flight(limitBytes, this.#tick)
    this.#byKey.set(key, flight)
    return flight
  }

  /** Removes only this very flight: another one may have begun. */
  end(key: string, flight: Flight): void {
    if (this.#byKey.get(key) === flight) this.#byKey.delete(key)
    this.#endedAt.delete(key)
    this.#endedAt.set(key, ++this.#endCount)
    if (this.#endedAt.size <= MAX_REMEMBERED) return
    for (const oldest of this.#endedAt.keys()) {
      this.#endedAt.delete(oldest)
      return
    }
  }

  /** A place in the order of ends. */
  get now(): number {
    return this.#endCount
  }

  /** Whether a flight of the key has ended since: what a look at the store did not find may be there now. */
  hasEndedSince(key: string, place: number): boolean {
    return (this.#endedAt.get(key) ?? 0) > place
  }

  /**
   * What may be stored under that key, in whatever namespace the cache is, and the other variants of its URL: which one a response is
   * may not be known yet.
   */
  closeAt(storageKey: string): void {
    const place = this.#byKey.size === 0 ? undefined : readStorageKey(storageKey)
    if (place === undefined) return
    const text = placeText(place.key)
    for (const flight of this.#byKey.values()) if (flight.placeText === text) flight.isOpen = false
  }

  /** Something was invalidated: what began before must reach nobody who asks from now on. */
  closeAll(): void {
    for (const flight of this.#byKey.values()) flight.isOpen = false
  }

  /** @param areUrls the tags name URLs */
  closeCoveredBy(tags: readonly string[], areUrls: boolean): void {
    for (const flight of this.#byKey.values()) if (flight.isCoveredBy(tags, areUrls)) flight.isOpen = false
  }
}
