/** One cache answers the calls of a trace, as many at once as a busy server has; every answer is looked at, one call in eight timed. */
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import type { Cache } from '@stowage/core'
import type { Answer, Given, Source } from './source.ts'
import type { Trace } from './trace.ts'

const AT_ONCE_COUNT = 16
/** A hit in memory never waits: without a pause now and then the loop would be held by the measuring. */
const CALLS_PER_PAUSE = 20
/** Two looks at the clock take about as long as a hit in memory: one call in so many is timed, all are counted. */
const CALLS_PER_TIMED = 8

export class Course {
  wrongCount = 0
  failedCount = 0
  readonly #cache: Cache
  readonly #source: Source
  readonly #trace: Trace
  readonly #timedMs: Float64Array
  #next = 0
  /** Of the comparing of answers, which is our work and not the cache's. Nothing else runs meanwhile. */
  #lookingMs = 0
  #isOver = false

  constructor(cache: Cache, source: Source, trace: Trace) {
    this.#cache = cache
    this.#source = source
    this.#trace = trace
    this.#timedMs = new Float64Array(timedCount(trace.keys.length))
  }

  /** @returns how long the calls from `first` up to `end` took, without the looking. */
  async answer(first: number, end: number): Promise<number> {
    const lookedMs = this.#lookingMs
    this.#next = first
    const startedAtMs = performance.now()
    await Promise.all(Array.from({ length: AT_ONCE_COUNT }, () => this.#run(end)))
    return performance.now() - startedAtMs - (this.#lookingMs - lookedMs)
  }

  /** Of the calls from `first` up to `end` that were timed. */
  timedMs(first: number, end: number): Float64Array {
    return this.#timedMs.subarray(timedCount(first), timedCount(end))
  }

  /** No further call begins. */
  stop(): void {
    this.#isOver = true
  }

  async #run(end: number): Promise<void> {
    const given: Given[] = []
    for (let done = 1; this.#next < end && !this.#isOver; done++) {
      const at = this.#next++
      await (at % CALLS_PER_TIMED === 0 ? this.#timedCall(at, given) : this.#call(at, given))
      if (done % CALLS_PER_PAUSE !== 0) continue
      this.#look(given)
      await turnOfLoop()
    }
    this.#look(given)
  }

  async #timedCall(at: number, given: Given[]): Promise<void> {
    const startedAtMs = performance.now()
    await this.#call(at, given)
    this.#timedMs[at / CALLS_PER_TIMED] = performance.now() - startedAtMs
  }

  async #call(at: number, given: Given[]): Promise<void> {
    const source = this.#source
    const number = this.#trace.keys[at] ?? 0
    try {
      if (this.#trace.changes[at] === 1) await this.#change(number)
      else {
        const oldest = source.oldest(number)
        const answer = await this.#cache.getOrSet<Answer>(source.keyOf(number), () => source.load(number), {
          tags: [tagOf(number)],
        })
        given.push({ answer, number, oldest, newest: source.newest(number) })
      }
    } catch {
      // Whatever it was: the caller of this cache got no answer.
      this.failedCount++
    }
  }

  async #change(number: number): Promise<void> {
    const acknowledge = this.#source.change(number)
    await this.#cache.invalidate({ tags: [tagOf(number)] })
    acknowledge()
  }

  #look(given: Given[]): void {
    const startedAtMs = performance.now()
    for (const each of given.splice(0)) if (!this.#source.isRight(each)) this.wrongCount++
    this.#lookingMs += performance.now() - startedAtMs
  }
}

function tagOf(number: number): string {
  return `key:${number}`
}

/** Of the first so many calls. */
function timedCount(callCount: number): number {
  return Math.ceil(callCount / CALLS_PER_TIMED)
}
