/** One contestant at work: it answers the trace lap by lap, with as many calls at once as a busy server has. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { type Cache, createCache } from '@stowage/core'
import { contestantBackend } from './contestant-backend.ts'
import type { Lap, Opening, Verdict } from './messages.ts'
import type { RecordedAnswer } from './recording.ts'
import { type Answer, type Given, Source } from './source.ts'
import { traceOf } from './trace.ts'

const AT_ONCE_COUNT = 16
/** A hit in memory never waits: without a pause now and then the loop would be held by the measuring. */
const CALLS_PER_PAUSE = 20
/** Two looks at the clock take about as long as a hit in memory: one call in so many is timed, all are counted. */
const CALLS_PER_TIMED = 8
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
  const timedMs = new Float64Array(Math.ceil(workload.callCount / CALLS_PER_TIMED))
  // Of the laps only: between them another one works, and this loop is late for nothing of its own.
  const lapDelaysMs: number[] = []
  /** The middle one counts, as in apps/bench: in the first ones the code is still being compiled and the cache filled. */
  const lapRates: number[] = []
  let next = 0
  /** Of the comparing of answers, which is our work and not the cache's. Nothing else runs meanwhile. */
  let lookingMs = 0
  let wrongCount = 0
  let isOver = false
  let failedCount = 0

  async function call(at: number, given: Given[]): Promise<void> {
    const number = trace.keys[at] ?? 0
    try {
      if (trace.changes[at] === 1) await change(cache, source, number)
      else {
        const oldest = source.oldest(number)
        const answer = await cache.getOrSet<Answer>(source.keyOf(number), () => source.load(number), {
          tags: [tagOf(number)],
        })
        given.push({ answer, number, oldest, newest: source.newest(number) })
      }
    } catch {
      // Whatever it was: the caller of this cache got no answer.
      failedCount++
    }
  }

  async function timedCall(at: number, given: Given[]): Promise<void> {
    const startedAtMs = performance.now()
    await call(at, given)
    timedMs[at / CALLS_PER_TIMED] = performance.now() - startedAtMs
  }

  function look(given: Given[]): void {
    const startedAtMs = performance.now()
    for (const each of given.splice(0)) if (!source.isRight(each)) wrongCount++
    lookingMs += performance.now() - startedAtMs
  }

  async function run(end: number): Promise<void> {
    const given: Given[] = []
    for (let done = 1; next < end && !isOver; done++) {
      const at = next++
      await (at % CALLS_PER_TIMED === 0 ? timedCall(at, given) : call(at, given))
      if (done % CALLS_PER_PAUSE !== 0) continue
      look(given)
      await turnOfLoop()
    }
    look(given)
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
      await Promise.all(Array.from({ length: AT_ONCE_COUNT }, () => run(end)))
      const lapMs = performance.now() - startedAtMs - (lookingMs - lookedMs)
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
        finished: next >= workload.callCount,
        lap: {
          ...now,
          ...quantiles(timedMs.subarray(timedCount(first), timedCount(end))),
          callCount: end,
          callsPerSecond,
          hitRatio: lookups === 0 ? 0 : hits / lookups,
          loopDelayP99Ms,
        },
        verdict: {
          ...now,
          ...quantiles(timedMs.subarray(0, timedCount(end))),
          callsPerSecond: median(lapRates),
          hitRatio: after.hitRatio ?? 0,
          loopDelayP99Ms: median(lapDelaysMs),
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

/** Of the first so many calls. */
function timedCount(callCount: number): number {
  return Math.ceil(callCount / CALLS_PER_TIMED)
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
