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

export class Deadlines {
  readonly #limitMs: number
  #running: Running[] = []
  #isTimed = false

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  /** Calls `giveUp` when the time is over and it is not over before. */
  begin(giveUp: () => void): Deadline {
    const running = { isOver: false, dueTickMs: performance.now() + this.#limitMs, giveUp }
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
    const waiting = this.#running.findIndex(({ isOver, dueTickMs }) => !isOver && dueTickMs > tickMs)
    const over = this.#running.splice(0, waiting === -1 ? this.#running.length : waiting)
    for (const running of over) {
      if (running.isOver) continue
      running.isOver = true
      running.giveUp()
    }
    const [next] = this.#running
    if (next === undefined) this.#isTimed = false
    else this.#lookAfter(Math.max(1, Math.ceil(next.dueTickMs - tickMs)))
  }
}
