/**
 * What a contestant does before it is measured, as apps/bench has it: calls that do not count, until the code is compiled and
 * its processor awake. They go to a small cache of its own kind, beside the one that is measured: that one begins empty, and
 * is asked nothing but the trace.
 */
import type { Cache } from '@stowage/core'
import { Course } from './course.ts'
import type { RecordedAnswer } from './recording.ts'
import { Source } from './source.ts'
import { traceOf } from './trace.ts'

const COMPILE_MS = 600
/** The others have worked for up to a second since the last lap of this one: its code is in no processor's cache any more. */
const RUN_UP_MS = 15
const CALLS_PER_LOOK_AT_CLOCK = 200
const CALL_COUNT = 2_000
/** One hundred keys: less than a megabyte in the memory that the process is told to take. */
const ANSWER_COUNT = 4
const WORKLOAD = { callCount: CALL_COUNT, sizes: 'mixed', sourceMs: 0, maxMegabytes: 0, seed: 1 } as const

export interface WarmUp {
  /** Loads, hits and invalidations, once, before the first lap. */
  compile(): Promise<void>
  /** Before every lap: hits only, which leave nothing to be done behind it. */
  runUp(): Promise<void>
  /** No further call begins. */
  stop(): void
}

export function warmUpOf(cache: Cache, recording: readonly RecordedAnswer[]): WarmUp {
  const source = new Source(recording.slice(0, ANSWER_COUNT), WORKLOAD)
  const trace = traceOf(CALL_COUNT, source.keyCount, WORKLOAD.seed)
  const all = new Course(cache, source, trace)
  const hits = new Course(cache, source, { keys: trace.keys, changes: new Uint8Array(CALL_COUNT) })

  async function keepAsking(course: Course, limitMs: number): Promise<void> {
    const endAtMs = performance.now() + limitMs
    for (let first = 0; performance.now() < endAtMs; first = (first + CALLS_PER_LOOK_AT_CLOCK) % CALL_COUNT) {
      await course.answer(first, first + CALLS_PER_LOOK_AT_CLOCK)
    }
  }

  return {
    async compile() {
      await keepAsking(all, COMPILE_MS)
      // What was changed last, or never asked for by then, is there for the run-ups.
      await hits.answer(0, CALL_COUNT)
    },
    runUp: () => keepAsking(hits, RUN_UP_MS),
    stop() {
      all.stop()
      hits.stop()
    },
  }
}
