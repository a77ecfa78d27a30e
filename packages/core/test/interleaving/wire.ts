/**
 * Everything that takes time in a run is a trip on this wire. Of the trips under way the scheduler chooses which ends next;
 * a slow one lets a number of others end first, so that whole calls fit between two steps of one.
 */
import type fc from 'fast-check'

interface SlowTrip {
  readonly untilCount: number
  readonly goOn: () => void
}

export class Wire {
  readonly #scheduler: fc.Scheduler
  readonly #slowness: Iterator<number, undefined>
  #slowTrips: SlowTrip[] = []
  #endedCount = 0

  /** @param slowness how many others each next trip lets end first. */
  constructor(scheduler: fc.Scheduler, slowness: Iterator<number, undefined>) {
    this.#scheduler = scheduler
    this.#slowness = slowness
  }

  async trip(label: string, lets: number = this.#slowness.next().value ?? 0): Promise<void> {
    if (lets > 0) {
      await new Promise<void>((goOn) => this.#slowTrips.push({ untilCount: this.#endedCount + lets, goOn }))
    }
    await this.#scheduler.schedule(Promise.resolve(), label)
    this.#endedCount++
    this.#release(this.#endedCount)
  }

  /** Ends trip after trip. @returns whether there were any */
  async run(): Promise<boolean> {
    const [next] = this.#slowTrips.map(({ untilCount }) => untilCount).sort((one, other) => one - other)
    if (this.#scheduler.count() === 0 && next === undefined) return false
    // Where all are slow, the one that has waited for the fewest goes on.
    if (this.#scheduler.count() === 0 && next !== undefined) this.#release(next)
    await this.#scheduler.waitIdle()
    return true
  }

  #release(count: number): void {
    const due = this.#slowTrips.filter(({ untilCount }) => untilCount <= count)
    if (due.length === 0) return
    this.#slowTrips = this.#slowTrips.filter(({ untilCount }) => untilCount > count)
    for (const { goOn } of due) goOn()
  }
}
