/** The figures of one run: what has ended and how, what loads now, and how long it will go on. */
import { ticksOf } from '../clock.ts'
import { TimeLeft } from './time-left.ts'
import type { TaskOutcome } from './warm-key.ts'
import type { WarmFailure, WarmOutcome, WarmProgress, WarmReport, WarmTrigger } from './warmer-events.ts'
import type { WarmerPlan } from './warmer-plan.ts'

/** Failures listed; more are counted only. */
const MAX_LISTED_FAILURES = 100

export interface CurrentTask {
  readonly name: string
  readonly begunMs: number
}

export class WarmTally {
  readonly #trigger: WarmTrigger
  readonly #slotCount: number
  readonly #startedAtMs: number
  readonly #tickMs: () => number
  readonly #begunAtTickMs: number
  readonly #timeLeft: TimeLeft = new TimeLeft()
  readonly #current = new Set<CurrentTask>()
  readonly #counts = { warmed: 0, alreadyThere: 0, unstored: 0, failed: 0 }
  readonly #failed: WarmFailure[] = []
  #isClosed = false

  constructor(trigger: WarmTrigger, { clock, concurrency }: WarmerPlan) {
    this.#trigger = trigger
    this.#slotCount = concurrency
    this.#startedAtMs = clock.nowMs()
    this.#tickMs = ticksOf(clock)
    this.#begunAtTickMs = this.#tickMs()
  }

  begun(name: string): CurrentTask {
    const task = { name, begunMs: this.#elapsedMs() }
    this.#current.add(task)
    return task
  }

  ended(task: CurrentTask, outcome: TaskOutcome): void {
    this.#counts[outcome]++
    this.#left(task, outcome === 'alreadyThere' ? undefined : this.#ageMs(task))
  }

  failed(task: CurrentTask, failure: WarmFailure): void {
    this.listFailure(failure)
    this.#left(task, this.#ageMs(task))
  }

  /** Counts a failure of what never began. */
  listFailure(failure: WarmFailure): void {
    this.#counts.failed++
    if (this.#failed.length < MAX_LISTED_FAILURES) this.#failed.push(failure)
  }

  progress(total: number | undefined): WarmProgress {
    const elapsedMs = this.#elapsedMs()
    return {
      trigger: this.#trigger,
      startedAtMs: this.#startedAtMs,
      done: this.#doneCount(),
      total,
      ...this.#counts,
      current: Array.from(this.#current, ({ name }) => name),
      elapsedMs,
      estimatedLeftMs: total === undefined ? undefined : this.#estimatedLeftMs(total, elapsedMs),
    }
  }

  report(outcome: WarmOutcome, total: number, error: unknown): WarmReport {
    const { failed: failedCount, ...counts } = this.#counts
    return {
      outcome,
      trigger: this.#trigger,
      startedAtMs: this.#startedAtMs,
      total,
      ...counts,
      failedCount,
      failed: [...this.#failed],
      left: total - this.#doneCount(),
      elapsedMs: this.#elapsedMs(),
      error,
    }
  }

  /** The run is over: what still loads belongs to it no more. */
  close(): void {
    this.#isClosed = true
    this.#current.clear()
  }

  #left(task: CurrentTask, loadMs: number | undefined): void {
    this.#current.delete(task)
    this.#timeLeft.note(loadMs)
  }

  #ageMs({ begunMs }: CurrentTask): number {
    return Math.max(0, this.#elapsedMs() - begunMs)
  }

  #elapsedMs(): number {
    return Math.max(0, Math.round(this.#tickMs() - this.#begunAtTickMs))
  }

  #doneCount(): number {
    const { warmed, alreadyThere, unstored, failed } = this.#counts
    return warmed + alreadyThere + unstored + failed
  }

  #estimatedLeftMs(total: number, elapsedMs: number): number | undefined {
    const waitingCount = total - this.#doneCount() - this.#current.size
    if (waitingCount + this.#current.size === 0) return 0
    if (this.#isClosed) return undefined
    const agesMs = Array.from(this.#current, (task) => this.#ageMs(task))
    return this.#timeLeft.tell({ waitingCount, agesMs, slotCount: this.#slotCount }, elapsedMs)
  }
}
