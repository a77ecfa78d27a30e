/**
 * How long a run will go on.
 *
 * Values that were there say nothing on how long loads take, so two averages are kept apart: what a load takes, and the
 * share of tasks that load. What is shown counts down with the time and drifts to each new estimate, as a figure that
 * jumps is not believed.
 */

/** How many of the latest tasks say what the next ones take: sources slow down and recover while a run goes on. */
const MEMORY_COUNT = 10
/** One load alone may be the one that woke the source up. */
const MIN_LOADS = 2
/** Time in which what is shown has come two thirds of the way to a new estimate. */
const SMOOTHING_MS = 1_000
/** A load that has taken as long as loads do has ended but for this share of one. */
const NEARLY_DONE_SHARE = 0.1

/** What is to be done still. */
export interface WorkLeft {
  /** Tasks not begun. */
  readonly waitingCount: number
  /** How long each of the current loads has been going on. */
  readonly agesMs: readonly number[]
  readonly slotCount: number
}

/** The mean of the latest values. */
class RecentMean {
  readonly #values: number[] = []

  get count(): number {
    return this.#values.length
  }

  note(value: number): void {
    this.#values.push(value)
    if (this.#values.length > MEMORY_COUNT) this.#values.shift()
  }

  /** What it would be, had these been noted as well. */
  with(values: readonly number[]): number {
    const all = [...this.#values, ...values]
    return all.reduce((sum, value) => sum + value, 0) / all.length
  }
}

export class TimeLeft {
  readonly #loadMs = new RecentMean()
  /** 1 for a task that loaded, 0 for one that had not to. */
  readonly #loadShare = new RecentMean()
  #shown: { readonly leftMs: number; readonly atMs: number } | undefined

  /** A task has ended; `loadMs` is undefined when it had not to load. */
  note(loadMs: number | undefined): void {
    this.#loadShare.note(loadMs === undefined ? 0 : 1)
    if (loadMs !== undefined) this.#loadMs.note(loadMs)
  }

  /** @param atMs milliseconds since the run began */
  tell(left: WorkLeft, atMs: number): number | undefined {
    if (this.#loadMs.count < MIN_LOADS) return undefined
    const estimateMs = this.#estimateMs(left)
    const { leftMs, atMs: shownAtMs } = this.#shown ?? { leftMs: estimateMs, atMs }
    const passedMs = atMs - shownAtMs
    const countedDownMs = Math.max(0, leftMs - passedMs)
    const drift = 1 - Math.exp(-passedMs / SMOOTHING_MS)
    this.#shown = { leftMs: countedDownMs + (estimateMs - countedDownMs) * drift, atMs }
    return Math.round(this.#shown.leftMs)
  }

  /**
   * Quick tasks end first: averages over those that have ended alone promise too much. So the current ones count as tasks
   * that load, and one that takes longer than most is taken to need as long again as it is over, and is averaged in.
   */
  #estimateMs({ waitingCount, agesMs, slotCount }: WorkLeft): number {
    const usualMs = this.#loadMs.with([])
    const currentMs = agesMs.map((ageMs) => Math.max(Math.abs(usualMs - ageMs), usualMs * NEARLY_DONE_SHARE))
    const overrunsMs = agesMs.map((ageMs, at) => ageMs + (currentMs[at] ?? 0)).filter((loadMs) => loadMs > usualMs)
    const waitingMs = waitingCount * this.#loadShare.with(agesMs.map(() => 1)) * this.#loadMs.with(overrunsMs)
    const workMs = currentMs.reduce((sum, leftMs) => sum + leftMs, waitingMs)
    // No number of slots makes a single load shorter.
    return Math.max(workMs / slotCount, ...currentMs)
  }
}
