/**
 * Gives up what takes too long. All calls may take equally long, so that they end in the order in which they began: one timer for all of
 * them. One for each would cost as much as sending it.
 */
import { systemClock, TimeoutError } from '@stowage/core'

export interface Deadline {
  /** Set by who got an answer, or by being given up. */
  isOver: boolean
}

interface Running extends Deadline {
  readonly dueTickMs: number
  readonly giveUp: () => void
}

const DROPPED_TOGETHER = 1_024

export class Deadlines {
  readonly #limitMs: number
  readonly #running: Running[] = []
  /** Before it, all are over. */
  #first = 0
  #isTimed = false

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  /** Calls `giveUp` when the time is over and it is not over before. */
  begin(giveUp: () => void): Deadline {
    const running = { isOver: false, dueTickMs: performance.now() + this.#limitMs, giveUp }
    this.#dropOver()
    this.#running.push(running)
    if (!this.#isTimed) this.#lookAfter(this.#limitMs)
    return running
  }

  /** The answer, unless it comes too late. What comes then comes to nobody. @throws TimeoutError */
  limit<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const deadline = this.begin(() => reject(new TimeoutError('backend', this.#limitMs)))
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

  #lookAfter(delayMs: number): void {
    this.#isTimed = true
    systemClock.schedule(delayMs, () => this.#look())
  }

  #look(): void {
    const tickMs = performance.now()
    for (let at = this.#first; at < this.#running.length; at++) {
      const running = this.#running[at]
      if (running === undefined || running.isOver) continue
      if (running.dueTickMs > tickMs) break
      running.isOver = true
      running.giveUp()
    }
    this.#dropOver()
    const next = this.#running[this.#first]
    if (next === undefined) this.#isTimed = false
    else this.#lookAfter(Math.max(1, Math.ceil(next.dueTickMs - tickMs)))
  }

  /** At once, or what is over would outlive the young generation of the heap, and cost more to collect than to make. */
  #dropOver(): void {
    while (this.#running[this.#first]?.isOver === true) this.#first += 1
    if (this.#first < this.#running.length && this.#first < DROPPED_TOGETHER) return
    this.#running.splice(0, this.#first)
    this.#first = 0
  }
}

/** The same for one answer that is part of something begun earlier. @throws TimeoutError */
export async function within<T>(answer: Promise<T>, limitMs: number, begunTickMs: number): Promise<T> {
  const overrun = Promise.withResolvers<never>()
  const leftMs = Math.max(0, limitMs - (performance.now() - begunTickMs))
  const cancel = systemClock.schedule(leftMs, () => overrun.reject(new TimeoutError('backend', limitMs)))
  try {
    return await Promise.race([answer, overrun.promise])
  } finally {
    cancel()
  }
}
