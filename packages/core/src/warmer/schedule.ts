/**
 * When the next run begins.
 *
 * An interval is measured by timers alone, so that setting the clock changes nothing about it. A daily time is the
 * clock's to say: it is compared with the clock every minute, so that a clock that is set, or a machine that slept, is
 * noticed within one. Times that were jumped over come once, at once; a time that has come does not come again when the
 * clock goes back by a day or two.
 */
import { type CancelTimer, type Clock, MAX_TIMER_MS } from '../clock.ts'
import { nextDailyAtMs } from './daily-time.ts'
import type { DailyPlan, IntervalPlan, SchedulePlan } from './warmer-plan.ts'

const CHECK_MS = 60_000

/** Two days with a clock that was set, and some hours. A time that is further away was planned by a clock far ahead. */
const FARTHEST_DAILY_MS = 259_200_000

export class Schedule {
  readonly #plan: SchedulePlan
  readonly #clock: Clock
  readonly #onDue: () => void
  #cancel: CancelTimer | undefined
  #nextAtMs: number | undefined

  /** @param onDue begins a run; must not throw. */
  constructor(plan: SchedulePlan, clock: Clock, onDue: () => void) {
    this.#plan = plan
    this.#clock = clock
    this.#onDue = onDue
  }

  /** When the next run is due, in Unix milliseconds; undefined while stopped. */
  get nextAtMs(): number | undefined {
    return this.#nextAtMs
  }

  start(): void {
    if (this.#cancel !== undefined) return
    if (this.#plan.kind === 'every') this.#armInterval(this.#plan)
    else this.#armDaily(this.#plan, this.#clock.nowMs())
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#nextAtMs = undefined
  }

  #armInterval(plan: IntervalPlan): void {
    const lengthMs = Math.max(1, Math.round(plan.everyMs * (1 - plan.jitterShare * Math.random())))
    this.#nextAtMs = this.#clock.nowMs() + lengthMs
    this.#waitInterval(plan, lengthMs)
  }

  #waitInterval(plan: IntervalPlan, leftMs: number): void {
    const sliceMs = Math.min(leftMs, MAX_TIMER_MS)
    this.#cancel = this.#clock.schedule(sliceMs, () => {
      if (sliceMs < leftMs) {
        this.#waitInterval(plan, leftMs - sliceMs)
        return
      }
      this.#armInterval(plan)
      this.#onDue()
    })
  }

  /** The next time, and its delay, drawn once. */
  #armDaily(plan: DailyPlan, nowMs: number): void {
    const dueAtMs = nextDailyAtMs(plan.time, nowMs) + Math.round(plan.jitterMs * Math.random())
    this.#nextAtMs = dueAtMs
    this.#waitDaily(plan, dueAtMs, nowMs)
  }

  #waitDaily(plan: DailyPlan, dueAtMs: number, nowMs: number): void {
    const sliceMs = Math.min(Math.max(dueAtMs - nowMs, 1), CHECK_MS)
    this.#cancel = this.#clock.schedule(sliceMs, () => {
      const thenMs = this.#clock.nowMs()
      const leftMs = dueAtMs - thenMs
      if (leftMs > 0 && leftMs <= FARTHEST_DAILY_MS) {
        this.#waitDaily(plan, dueAtMs, thenMs)
        return
      }
      this.#armDaily(plan, thenMs)
      if (leftMs <= 0) this.#onDue()
    })
  }
}
