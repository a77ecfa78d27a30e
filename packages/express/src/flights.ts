/** The responses on their way, by the key they are asked under. Bounded by the requests going on. */
import { Flight } from './flight.ts'

export class Flights {
  readonly #byKey = new Map<string, Flight>()
  readonly #loading = new Set<string>()

  find(key: string): Flight | undefined {
    const flight = this.#byKey.get(key)
    return flight?.isOpen === true ? flight : undefined
  }

  begin(key: string, limitBytes: number): Flight {
    const flight = new Flight(limitBytes)
    this.#byKey.set(key, flight)
    return flight
  }

  /** Removes only this very flight: another one may have begun. */
  end(key: string, flight: Flight): void {
    flight.isOpen = false
    if (this.#byKey.get(key) === flight) this.#byKey.delete(key)
  }

  /** Takes the key for a load; false while another load of it goes on, which a newer one would have to wait for. */
  claim(key: string): boolean {
    const isFree = !this.#loading.has(key)
    this.#loading.add(key)
    return isFree
  }

  disclaim(key: string): void {
    this.#loading.delete(key)
  }

  /** Something was invalidated: what began before must reach nobody who asks from now on. */
  closeAll(): void {
    for (const flight of this.#byKey.values()) flight.isOpen = false
  }
}
