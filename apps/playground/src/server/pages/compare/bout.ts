/** One contestant at work: it answers the trace lap by lap, with as many calls at once as a busy server has. */
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type Cache, createCache } from '@stowage/core'
import { contestantBackend, leave } from './contestant-backend.ts'
import { Course } from './course.ts'
import type { Lap, Opening, Verdict } from './messages.ts'
import type { RecordedAnswer } from './recording.ts'
import { Source } from './source.ts'
import { traceOf } from './trace.ts'
import { warmUpOf } from './warm-up.ts'

const LOOP_SAMPLE_MS = 1

export interface Bout {
  lap(): Promise<{ readonly lap: Lap; readonly verdict: Verdict; readonly finished: boolean }>
  close(): Promise<void>
}

export async function openBout(opening: Opening, recording: readonly RecordedAnswer[]): Promise<Bout> {
  const { workload, lapCount } = opening
  const source = new Source(recording, workload)
  const trace = traceOf(workload.callCount, source.keyCount, workload.seed)
  const folder = join(opening.folder, 'measured')
  const [cache, other] = [openCache(opening, folder), openCache(opening, join(opening.folder, 'warm-up'))]
  const course = new Course(cache, source, trace)
  const warmUp = warmUpOf(other, recording)
  await cache.usage()
  await warmUp.compile()
  // Of the laps only: between them another one works, and this loop is late for nothing of its own.
  const lapDelaysMs: number[] = []
  /** The middle one counts, as in apps/bench: in the first ones the cache is being filled. */
  const lapRates: number[] = []
  let next = 0

  return {
    async lap() {
      const first = next
      const end = Math.min(workload.callCount, first + Math.ceil(workload.callCount / lapCount))
      next = end
      await warmUp.runUp()
      const before = cache.stats()
      const delays = monitorEventLoopDelay({ resolution: LOOP_SAMPLE_MS })
      delays.enable()
      const lapMs = await course.answer(first, end)
      delays.disable()
      const loopDelayP99Ms = lateMs(delays.percentile(99))
      lapDelaysMs.push(loopDelayP99Ms)
      const callsPerSecond = ((end - first) / lapMs) * 1_000
      lapRates.push(callsPerSecond)
      const after = cache.stats()
      const lookups = after.lookups - before.lookups
      const hits = after.hits + after.stale - before.hits - before.stale
      const now = {
        sourceQueryCount: source.queryCount,
        memoryBytes: process.memoryUsage.rss(),
        diskBytes: folderBytes(folder),
      }
      return {
        finished: end >= workload.callCount,
        lap: {
          ...now,
          ...quantiles(course.timedMs(first, end)),
          callCount: end,
          callsPerSecond,
          hitRatio: lookups === 0 ? 0 : hits / lookups,
          loopDelayP99Ms,
        },
        verdict: {
          ...now,
          ...quantiles(course.timedMs(0, end)),
          callsPerSecond: median(lapRates),
          hitRatio: after.hitRatio ?? 0,
          loopDelayP99Ms: median(lapDelaysMs),
          wrongCount: course.wrongCount,
          failedCount: course.failedCount,
        },
      }
    },
    async close() {
      course.stop()
      warmUp.stop()
      await Promise.all([cache, other].map((each) => leave(each, opening)))
    },
  }
}

function openCache(opening: Opening, folder: string): Cache {
  mkdirSync(folder)
  return createCache({ backend: contestantBackend({ ...opening, folder }), ttl: '1h', name: opening.contestant })
}

function quantiles(spentMs: Float64Array): { readonly p50Ms: number; readonly p99Ms: number } {
  const sorted = spentMs.toSorted()
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

/** The sampler measures from sample to sample; what is late is what is beyond. */
function lateMs(delayNs: number): number {
  return Math.max(0, delayNs / 1e6 - LOOP_SAMPLE_MS)
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, bytes) => sum + bytes, 0)
}
