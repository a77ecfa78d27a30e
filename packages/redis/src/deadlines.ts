/**
 * Gives up what takes too long. All calls may take equally long, so that they end in the order in which they began: one timer for all of
 * them. One for each would cost as much as sending it.
 *
 * What counts is time in which the event loop turns: while somebody holds it, no answer can be read. So the time is looked at several times
 * within a limit, and from one look to the next no more passes than lies between them.
 */
import { systemClock } from '@stowage/core'

export interface Deadline {
  /** Set by who got an answer, or by being given up. */
  isOver: boolean
}

interface Running extends Deadline {
  readonly dueMs: number
  readonly giveUp: () => void
}

const DROPPED_TOGETHER = 1_024
/** Looks within a limit: whoever holds the loop once takes this share of it from the others at most. */
const LOOK_COUNT = 8

export class Deadlines {
  readonly #limitMs: number
  readonly #overrun: () => Error
  readonly #running: Running[] = []
  /** Before it, all are over. */
  #first = 0
  /** How long the loop has turned, as of the last look. */
  #turnedMs = 0
  #lookedTickMs = 0
  /** Until the next look; undefined: there is none. */
  #delayMs: number | undefined

  /** @param overrun what whoever has waited too long is told */
  constructor(limitMs: number, overrun: () => Error) {
    this.#limitMs = limitMs
    this.#overrun = overrun
  }

  /** Calls `giveUp` when the time is over and it is not over before. */
  begin(giveUp: () => void): Deadline {
    if (this.#delayMs === undefined) {
      this.#lookedTickMs = performance.now()
      this.#lookAfter(this.#limitMs)
    }
    const running = { isOver: false, dueMs: this.#nowMs() + this.#limitMs, giveUp }
    this.#dropOver()
    this.#running.push(running)
    return running
  }

  /** The answer, unless it comes too late. What comes then comes to nobody. @throws what it is told when it has taken too long */
  limit<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const deadline = this.begin(() => reject(this.#overrun()))
      answer.then(
        (value) => {
          deadline.isOver = true
          resolve(value)
        },
        (thrown: unknown) => {
          deadline.isOver = true
          reject(thrown)
        },
      )
    })
  }

  #nowMs(): number {
    return this.#turnedMs + Math.min(performance.now() - this.#lookedTickMs, this.#delayMs ?? 0)
  }

  #lookAfter(leftMs: number): void {
    this.#delayMs = Math.max(1, Math.ceil(Math.min(leftMs, this.#limitMs / LOOK_COUNT)))
    // What has arrived meanwhile is read before anything is given up.
    systemClock.schedule(this.#delayMs, () => setImmediate(this.#look))
  }

  readonly #look = (): void => {
    this.#turnedMs = this.#nowMs()
    this.#lookedTickMs = performance.now()
    this.#delayMs = undefined
    for (let at = this.#first; at < this.#running.length; at++) {
      const running = this.#running[at]
      if (running === undefined || running.isOver) continue
      if (running.dueMs > this.#turnedMs) break
      running.isOver = true
      running.giveUp()
    }
    this.#dropOver()
    const next = this.#running[this.#first]
    // Who was given up may have begun another.
    if (next !== undefined && this.#delayMs === undefined) this.#lookAfter(next.dueMs - this.#turnedMs)
  }

  /** At once, or what is over would outlive the young generation of the heap, and cost more to collect than to make. */
  #dropOver(): void {
    while (this.#running[this.#first]?.isOver === true) this.#first += 1
    if (this.#first < this.#running.length && this.#first < DROPPED_TOGETHER) return
    this.#running.splice(0, this.#first)
    this.#first = 0
  }
}

/** The same for one answer that is part of something that is over at `endTickMs`. @throws what `overrun` gives */
export async function within<T>(answer: Promise<T>, endTickMs: number, overrun: () => Error): Promise<T> {
  const over = Promise.withResolvers<never>()
  const leftMs = Math.max(0, endTickMs - performance.now())
  const cancel = systemClock.schedule(leftMs, () => over.reject(overrun()))
  try {
    return await Promise.race([answer, over.promise])
  } finally {
    cancel()
  }
}
