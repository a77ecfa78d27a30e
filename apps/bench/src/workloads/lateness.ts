/**
 * How late the event loop is for what is due: sampled every millisecond, what a sample was late beyond that. Node's own
 * sampler, so that it costs the contender nothing; its clock has a grain of about a millisecond.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'

const SAMPLE_MS = 1

interface Lateness {
  readonly p99Ms: number
  readonly maxMs: number
}

export async function latenessDuring<Result>(work: () => Promise<Result>): Promise<Lateness & { result: Result }> {
  const histogram = monitorEventLoopDelay({ resolution: SAMPLE_MS })
  histogram.enable()
  const result = await work()
  histogram.disable()
  return { result, p99Ms: beyondSample(histogram.percentile(99)), maxMs: beyondSample(histogram.max) }
}

function beyondSample(delayNs: number): number {
  return Math.max(0, delayNs / 1e6 - SAMPLE_MS)
}
