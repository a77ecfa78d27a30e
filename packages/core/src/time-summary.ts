/** How long things took, as percentiles: a histogram of fixed size (HDR, Node's own), 1 µs to 1 h within 1 %. */
import type { RecordableHistogram } from 'node:perf_hooks'
import { perfHooksModule } from './builtins.ts'

/** All undefined before the first one has ended. */
export interface TimeSummary {
  readonly count: number
  readonly p50Ms: number | undefined
  readonly p90Ms: number | undefined
  readonly p99Ms: number | undefined
  readonly maxMs: number | undefined
}

const LONGEST_US = 3_600_000_000

export class TimeRecorder {
  #histogram: RecordableHistogram | undefined

  record(lengthMs: number): void {
    this.#histogram ??= perfHooksModule().createHistogram({ lowest: 1, highest: LONGEST_US, figures: 2 })
    this.#histogram.record(Math.min(Math.max(1, Math.round(lengthMs * 1_000)), LONGEST_US))
  }

  summary(): TimeSummary {
    const histogram = this.#histogram
    const at = (share: number) => (histogram === undefined ? undefined : histogram.percentile(share) / 1_000)
    return { count: histogram?.count ?? 0, p50Ms: at(50), p90Ms: at(90), p99Ms: at(99), maxMs: at(100) }
  }
}
