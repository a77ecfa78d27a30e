/**
 * Time as a collaborator: what the time is, and how to be called later. Nothing else in Stowage reads a clock or sets
 * a timer, so that tests move time instead of waiting for it.
 */

import { allOf, attempted } from './maybe-promise.ts'
import type { MaybePromise } from './vocabulary.ts'

/** Later than every instant a Date can hold: "never". Orders as a number and survives JSON, which Infinity does not. */
export const NEVER_MS = 8.64e15

/** The longest delay a Node timer takes; a longer one would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647

/** Takes a scheduled call back. Harmless after it ran. */
export type CancelTimer = () => void

export interface Clock {
  /** Unix time in milliseconds. May go back; readers must survive that. */
  nowMs(): number
  /**
   * Calls `run` once, `delayMs` from now. Keeps the process alive only where `isAwaited` says that a caller waits for it: a
   * process that ended meanwhile would leave that caller without an answer.
   */
  schedule(delayMs: number, run: () => void, isAwaited?: boolean): CancelTimer
  /** Unix time as of this turn of the event loop: what a hit asks for, where reading the clock would cost most. Default {@link nowMs}. */
  recentMs?(): number
  /** Milliseconds, with fractions, since some instant; never goes back. For durations only. Default {@link nowMs}. */
  tickMs?(): number
}

/** What a clock measures durations by. */
export function ticksOf(clock: Clock): () => number {
  return () => (clock.tickMs === undefined ? clock.nowMs() : clock.tickMs())
}

/** How long one reading of the clock is to serve hits. */
const READING_MS = 1
/** And how many at first: a loop that only ever awaits hits lets no timer run, and must see time pass, too. */
const FEWEST_USES = 256
const MOST_USES = 32_768
/** Where a reading is taken too soon, the next one serves so many times as many hits. */
const USES_GROWTH = 8

/**
 * One reading of the clock for the hits of a moment: reading it costs as much as half a hit. Its timer is armed once for many readings
 * and `private` needs no check of a brand, so that V8 makes all of it part of a loop over hits and has room left for the hits.
 */
class RecentReading {
  private readMs = 0
  private uses = FEWEST_USES
  private usesLeft = 0
  /** Ends what has been read, however often that was; pending while {@link isTimed}. */
  private timer: NodeJS.Timeout | undefined
  private isTimed = false

  /** One way out, from the field: a number that may come from a call, too, is an object of its own at each hit. */
  nowMs(): number {
    if (this.usesLeft === 0) this.read()
    this.usesLeft--
    return this.readMs
  }

  private read(): void {
    const nowMs = Date.now()
    if (this.isTimed) this.pace(nowMs - this.readMs)
    else this.startTimer()
    this.usesLeft = this.uses
    this.readMs = nowMs
  }

  /** After a reading that served all the hits it could before a timer came: about one a millisecond is enough, however fast hits come. */
  private pace(servedMs: number): void {
    const isTooSoon = servedMs >= 0 && servedMs < READING_MS
    const uses = isTooSoon ? this.uses * USES_GROWTH : Math.floor((this.uses * READING_MS) / servedMs)
    this.uses = Math.min(MOST_USES, Math.max(FEWEST_USES, uses))
  }

  private startTimer(): void {
    this.isTimed = true
    this.uses = FEWEST_USES
    if (this.timer === undefined) this.timer = setTimeout(() => this.forget(), READING_MS).unref()
    else this.timer.refresh()
  }

  private forget(): void {
    this.usesLeft = 0
    this.isTimed = false
  }
}

const recent = new RecentReading()

/** The machine's clock; its timers are unref'd, but for those that are awaited. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  recentMs() {
    return recent.nowMs()
  },
  tickMs: () => performance.now(),
  schedule(delayMs, run, isAwaited = false) {
    const timer = setTimeout(run, Math.min(delayMs, MAX_TIMER_MS))
    if (!isAwaited) timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Lets the event loop turn once: long work calls it between bounded slices. */
export function yieldToLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/**
 * Waits for the end of `work`, and no longer than this.
 * @param isAwaited whether somebody is kept waiting by it, so that the process stays alive for it. @returns whether it has ended
 */
export async function endOrLimit(
  clock: Clock,
  limitMs: number,
  work: Promise<unknown>,
  isAwaited = true,
): Promise<boolean> {
  const overrun = Promise.withResolvers<false>()
  const cancel = clock.schedule(limitMs, () => overrun.resolve(false), isAwaited)
  try {
    return await Promise.race([work.then(() => true), overrun.promise])
  } finally {
    cancel()
  }
}

/** Operations begun before the time is looked at, and how long it may be for others to begin in one go. */
const SLICE_COUNT = 32
const SLICE_MS = 2

/**
 * What a step for each item comes to, in their order. Steps are not waited for, but the loop turns between slices of them; one that throws
 * keeps none of the others from being begun.
 */
export async function inSlices<Item, Result>(
  items: Iterable<Item>,
  step: (item: Item) => MaybePromise<Result>,
): Promise<Result[]> {
  const steps: MaybePromise<Result>[] = []
  let begunAtMs = performance.now()
  let caughtCount = 0
  for (const item of items) {
    steps.push(attempted(() => step(item)))
    if (steps.length % SLICE_COUNT > 0 || performance.now() - begunAtMs < SLICE_MS) continue
    // Whoever fails before all have begun fails for the caller below, and is no stray rejection until then.
    for (; caughtCount < steps.length; caughtCount++) {
      const begun = steps[caughtCount]
      if (begun instanceof Promise) begun.catch(() => undefined)
    }
    await yieldToLoop()
    begunAtMs = performance.now()
  }
  return allOf(steps)
}
