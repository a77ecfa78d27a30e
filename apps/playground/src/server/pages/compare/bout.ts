/** One contestant at work: it answers the trace lap by lap, with as many calls at once as a busy server has. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { type Cache, createCache } from '@stowage/core'
import { contestantBackend } from './contestant-backend.ts'
import type { Lap, Opening, Verdict } from './messages.ts'
import type { RecordedAnswer } from './recording.ts'
import { type Answer, Source } from './source.ts'
import { traceOf } from './trace.ts'

const AT_ONCE_COUNT = 16
/** A hit in memory never waits: without a pause now and then the loop would be held by the measuring. */
const CALLS_PER_PAUSE = 20
const LOOP_SAMPLE_MS = 1

export interface Bout {
  lap(): Promise<{ readonly lap: Lap; readonly verdict: Verdict; readonly finished: boolean }>
  close(): Promise<void>
}

export async function openBout(opening: Opening, recording: readonly RecordedAnswer[]): Promise<Bout> {
  const { workload, lapCount, folder } = opening
  const source = new Source(recording, workload)
  const trace = traceOf(workload.callCount, source.keyCount, workload.seed)
  const cache = createCache({ backend: contestantBackend(opening), ttl: '1h', name: opening.contestant })
  await cache.usage()
  const allMs = new Float64Array(workload.callCount)
  // Of the laps only: between them another one works, and this loop is late for nothing of its own.
  const lapDelaysMs: number[] = []
  let next = 0
  let spentMs = 0
  /** Of the comparing of answers, which is our work and not the cache's. Nothing else runs meanwhile. */
  let lookingMs = 0
  let wrongCount = 0
  let isOver = false
  let failedCount = 0

  async function call(at: number): Promise<void> {
    const number = trace.keys[at] ?? 0
    const startedAtMs = performance.now()
    try {
      if (trace.changes[at] === 1) await change(cache, source, number)
      else {
        const oldest = source.oldest(number)
        const found = await cache.getOrSet<Answer>(source.keyOf(number), () => source.load(number), {
          tags: [tagOf(number)],
        })
        allMs[at] = performance.now() - startedAtMs
        const lookedAtMs = performance.now()
        if (!source.isRight(found, number, oldest)) wrongCount++
        lookingMs += performance.now() - lookedAtMs
      }
    } catch {
      // Whatever it was: the caller of this cache got no answer.
      failedCount++
    }
    allMs[at] ||= performance.now() - startedAtMs
  }

  return {
    async lap() {
      const first = next
      const end = Math.min(workload.callCount, first + Math.ceil(workload.callCount / lapCount))
      const before = cache.stats()
      const delays = monitorEventLoopDelay({ resolution: LOOP_SAMPLE_MS })
      delays.enable()
      const lookedMs = lookingMs
      const startedAtMs = performance.now()
      const runners = Array.from({ length: AT_ONCE_COUNT }, async () => {
        for (let done = 1; next < end && !isOver; done++) {
          await call(next++)
          if (done % CALLS_PER_PAUSE === 0) await turnOfLoop()
        }
      })
      await Promise.all(runners)
      const lapMs = performance.now() - startedAtMs - (lookingMs - lookedMs)
      delays.disable()
      const loopDelayP99Ms = lateMs(delays.percentile(99))
      lapDelaysMs.push(loopDelayP99Ms)
      spentMs += lapMs
      const after = cache.stats()
      const lookups = after.lookups - before.lookups
      const hits = after.hits + after.stale - before.hits - before.stale
      const now = {
        sourceQueryCount: source.queryCount,
        memoryBytes: process.memoryUsage.rss(),
        diskBytes: folderBytes(folder),
      }
      return {
        finished: next >= workload.callCount,
        lap: {
          ...now,
          ...quantiles(allMs.subarray(first, end)),
          callCount: end,
          callsPerSecond: ((end - first) / lapMs) * 1_000,
          hitRatio: lookups === 0 ? 0 : hits / lookups,
          loopDelayP99Ms,
        },
        verdict: {
          ...now,
          ...quantiles(allMs.subarray(0, end)),
          callsPerSecond: (end / spentMs) * 1_000,
          hitRatio: after.hitRatio ?? 0,
          loopDelayP99Ms: lapDelaysMs.toSorted((a, b) => a - b)[lapDelaysMs.length >> 1] ?? 0,
          wrongCount,
          failedCount,
        },
      }
    },
    async close() {
      isOver = true
      if (opening.redisUrl !== undefined) {
        // Its server goes on, and need not hold what nobody asks for again. Folders are removed as they are.
        await cache.invalidate({ all: true })
        await cache.sweep()
      }
      await cache.close()
    },
  }
}

async function change(cache: Cache, source: Source, number: number): Promise<void> {
  const acknowledge = source.change(number)
  await cache.invalidate({ tags: [tagOf(number)] })
  acknowledge()
}

function tagOf(number: number): string {
  return `key:${number}`
}

function quantiles(spentMs: Float64Array): { readonly p50Ms: number; readonly p99Ms: number } {
  const sorted = spentMs.toSorted()
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
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
