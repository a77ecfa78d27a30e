/** A clock that tests move by hand. Timers run when time passes them, in order of their instants. */
import type { Clock } from '../clock.ts'

export interface FakeClock extends Clock {
  /** Moves time forward and runs the timers that come due, each at its own instant. */
  advanceMs(durationMs: number): void
  /** Sets the time without running timers, back too: what a stepped system clock does. */
  jumpToMs(instantMs: number): void
  /** Timers waiting. A closed cache has none. */
  readonly timerCount: number
}

interface Timer {
  readonly dueAtMs: number
  readonly run: () => void
}

export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  const timers = new Set<Timer>()
  let nowMs = startMs
  const nextDue = (untilMs: number): Timer | undefined =>
    [...timers].filter((timer) => timer.dueAtMs <= untilMs).sort((one, other) => one.dueAtMs - other.dueAtMs)[0]
  return {
    nowMs: () => nowMs,
    schedule(delayMs, run) {
      const timer = { dueAtMs: nowMs + delayMs, run }
      timers.add(timer)
      return () => {
        timers.delete(timer)
      }
    },
    advanceMs(durationMs) {
      const untilMs = nowMs + durationMs
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timers.delete(timer)
        nowMs = Math.max(nowMs, timer.dueAtMs)
        timer.run()
      }
      nowMs = untilMs
    },
    jumpToMs(instantMs) {
      nowMs = instantMs
    },
    get timerCount() {
      return timers.size
    },
  }
}
