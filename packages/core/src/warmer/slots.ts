/** How many tasks of one warmer load at a time, over all of its runs. Who is waited for goes before who warms ahead. */

interface Waiter {
  readonly grant: () => void
}

export type Urgency = 'urgent' | 'patient'

export class Slots {
  readonly #waiting: Readonly<Record<Urgency, Set<Waiter>>> = { urgent: new Set(), patient: new Set() }
  #freeCount: number

  constructor(count: number) {
    this.#freeCount = count
  }

  /** True with a slot, which is to be given back; false when the signal came first. */
  async take(urgency: Urgency, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false
    if (this.#freeCount > 0) {
      this.#freeCount--
      return true
    }
    return new Promise((resolve) => {
      const queue = this.#waiting[urgency]
      const leave = () => {
        queue.delete(waiter)
        resolve(false)
      }
      const waiter = {
        grant: () => {
          signal.removeEventListener('abort', leave)
          resolve(true)
        },
      }
      queue.add(waiter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  giveBack(): void {
    for (const queue of [this.#waiting.urgent, this.#waiting.patient]) {
      for (const waiter of queue) {
        queue.delete(waiter)
        waiter.grant()
        return
      }
    }
    this.#freeCount++
  }
}
