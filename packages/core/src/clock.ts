/**
 * Time as a collaborator: what the time is, and how to be called later. Nothing else in Stowage reads a clock or sets
 * a timer, so that tests move time instead of waiting for it.
 */

/** Later than every instant a Date can hold: "never". Orders as a number and survives JSON, which Infinity does not. */
export const NEVER_MS = 8.64e15

/** The longest delay a Node timer takes; a longer one would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647

/** Takes a scheduled call back. Harmless after it ran. */
export type CancelTimer = () => void

export interface Clock {
  /** Unix time in milliseconds. May go back; readers must survive that. */
  nowMs(): number
  /** Calls `run` once, `delayMs` from now. Never keeps the process alive by itself. */
  schedule(delayMs: number, run: () => void): CancelTimer
}

/** The machine's clock; its timers are unref'd. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  schedule(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, MAX_TIMER_MS))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Lets the event loop turn once: long work calls it between bounded slices. */
export function yieldToLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
