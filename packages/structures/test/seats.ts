/**
 * The specification of a semaphore, as lists and an instant: who holds, who waits in which order, and until when each is believed
 * to live. Whoever has died is believed for the rest of his time.
 */

export const TTL_MS = 600
/** Whoever lives says so as often. */
const RENEWAL_MS = TTL_MS / 3

interface Seat {
  readonly who: number
  readonly sinceMs: number
  /** From then on it is not renewed. */
  diedAtMs: number | undefined
}

export class Seats {
  holders: Seat[] = []
  waiting: Seat[] = []
  readonly #permits: number
  nowMs = 0

  constructor(permits: number) {
    this.#permits = permits
  }

  /** Of the living. */
  get held(): number[] {
    return this.holders.filter(({ diedAtMs }) => diedAtMs === undefined).map(({ who }) => who)
  }

  tryAcquire(who: number): boolean {
    if (this.waiting.length >= this.#permits - this.holders.length) return false
    this.holders.push(this.#seat(who))
    return true
  }

  acquire(who: number): void {
    this.waiting.push(this.#seat(who))
    this.#promote()
  }

  leave(who: number): void {
    const others = (seat: Seat): boolean => seat.who !== who || seat.diedAtMs !== undefined
    this.holders = this.holders.filter(others)
    this.waiting = this.waiting.filter(others)
    this.#promote()
  }

  die(who: number): void {
    for (const seat of [...this.holders, ...this.waiting]) if (seat.who === who) seat.diedAtMs ??= this.nowMs
  }

  pass(ms: number): void {
    this.nowMs += ms
    this.holders = this.holders.filter((seat) => this.nowMs < this.#untilMs(seat))
    this.waiting = this.waiting.filter((seat) => this.nowMs < this.#untilMs(seat))
    this.#promote()
  }

  /** Until when they are believed to live. */
  untilMs(seats: readonly Seat[]): number[] {
    return seats.map((seat) => this.#untilMs(seat))
  }

  #untilMs({ sinceMs, diedAtMs = this.nowMs }: Seat): number {
    return sinceMs + Math.floor((diedAtMs - sinceMs) / RENEWAL_MS) * RENEWAL_MS + TTL_MS
  }

  /** The first so many as permits are free; a place of one who has died is kept free as long as he is believed to live. */
  #promote(): void {
    for (;;) {
      const free = this.waiting.slice(0, this.#permits - this.holders.length)
      const next = free.find(({ diedAtMs }) => diedAtMs === undefined)
      if (next === undefined) return
      this.waiting = this.waiting.filter((seat) => seat !== next)
      this.holders.push(this.#seat(next.who))
    }
  }

  #seat(who: number): Seat {
    return { who, sinceMs: this.nowMs, diedAtMs: undefined }
  }
}
