/** The story's time: it stands until it is moved, and timers that come due on the way run at their instants. */
import type { Clock } from '@stowage/core'

interface Timer {
  readonly dueAtMs: number
  readonly run: () => void
}

export class StoryClock implements Clock {
  readonly #timers = new Set<Timer>()
  #nowMs: number

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  schedule(delayMs: number, run: () => void): () => void {
    const timer = { dueAtMs: this.#nowMs + delayMs, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  advanceMs(durationMs: number): void {
    const untilMs = this.#nowMs + durationMs
    for (let due = this.#next(untilMs); due !== undefined; due = this.#next(untilMs)) {
      this.#timers.delete(due)
      this.#nowMs = Math.max(this.#nowMs, due.dueAtMs)
      due.run()
    }
    this.#nowMs = untilMs
  }

  #next(untilMs: number): Timer | undefined {
    const due = [...this.#timers].filter(({ dueAtMs }) => dueAtMs <= untilMs)
    return due.sort((one, other) => one.dueAtMs - other.dueAtMs)[0]
  }
}
