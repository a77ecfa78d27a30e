/** Steps that wait for their turn within the lock, in the order in which they came (sections.ts). */
import { type Holding, type Turn, UNFINISHED } from './holding.ts'
import { SHARD_COUNT } from './layout.ts'
import type { Slice } from './slice.ts'

export interface Step {
  readonly shard: number | undefined
  readonly nowMs: number
  /** The key that it writes anew, whatever is there. */
  readonly key: string | undefined
  /** `UNFINISHED`: it stays where it is, and is run again. */
  readonly run: (turn: Turn) => unknown
  /** In its place where a later step writes the key anew. */
  readonly overtake: (turn: Turn) => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface Queued {
  readonly step: Step
  /** Its place among all that ever came. */
  readonly number: number
  readonly sinceMs: number
  /** Steps that wrote its key before it, and need not any more; they are answered with it. */
  readonly overtaken: Step[]
}

interface Reader {
  readonly number: number
  readonly resolve: () => void
}

export class StepQueue {
  #queued: Queued[] = []
  /** The latest in the queue that writes a key anew, with none behind it that could tell the difference. */
  readonly #latest = new Map<string, Queued>()
  /** How many work on a shard, and at the end on any. */
  readonly #counts = new Uint32Array(SHARD_COUNT + 1)
  #cameCount = 0
  #readers: Reader[] = []

  get length(): number {
    return this.#queued.length
  }

  /** By the clock of the first. */
  get nowMs(): number {
    return this.#queued[0]?.step.nowMs ?? 0
  }

  push(step: Step): void {
    const queued: Queued = { step, number: ++this.#cameCount, sinceMs: performance.now(), overtaken: [] }
    if (step.key === undefined) this.#latest.clear()
    else {
      const earlier = this.#latest.get(step.key)
      if (earlier !== undefined) this.#overtake(earlier, queued)
      this.#latest.set(step.key, queued)
    }
    this.#queued.push(queued)
    this.#count(step, 1)
  }

  /** Takes as many as fit, and answers them when what they changed is written down. */
  take(holding: Holding, slice: Slice): void {
    const done: Step[] = []
    let takenCount = 0
    for (const { step, overtaken } of this.#queued) {
      if (takenCount > 0 && slice.isOver) break
      const along = overtaken.filter((each) => attempt([each], () => holding.do(each.shard, each.nowMs, each.overtake)))
      let answer: unknown
      // They were stored with this one, or not at all.
      const hasRun = attempt([...along, step], () => {
        answer = holding.do(step.shard, step.nowMs, step.run)
      })
      if (answer === UNFINISHED) break
      takenCount++
      if (hasRun) done.push(...along, step)
    }
    this.#remove(takenCount)
    try {
      holding.end()
      for (const { resolve } of done) resolve()
    } catch (thrown) {
      for (const { reject } of done) reject(thrown)
    }
    this.#tellReaders()
  }

  failAll(error: unknown): void {
    this.#fail(this.#remove(this.#queued.length), error)
  }

  /** Those that have waited too long since the lock was last had. */
  giveUp(hadAtMs: number, patienceMs: number): void {
    const nowMs = performance.now()
    const count = this.#queued.findIndex(({ sinceMs }) => nowMs - Math.max(sinceMs, hadAtMs) < patienceMs)
    const given = this.#remove(count < 0 ? this.#queued.length : count)
    this.#fail(given, new Error(`the lock of the folder was not to be had in ${patienceMs} ms`))
  }

  /** Resolves when those of the shard that are in the queue now have been taken; undefined: there are none. */
  ahead(shard: number): Promise<void> | undefined {
    if (this.#counts[shard] === 0 && this.#counts[SHARD_COUNT] === 0) return undefined
    // What is written later is not what the reader is to see.
    this.#latest.clear()
    return this.settled()
  }

  /** Resolves when all that are in the queue now have been taken. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.#readers.push({ number: this.#cameCount, resolve }))
  }

  /** Readers go on without waiting. */
  release(): void {
    const readers = this.#readers
    this.#readers = []
    for (const { resolve } of readers) resolve()
  }

  #overtake(earlier: Queued, later: Queued): void {
    this.#queued.splice(this.#queued.lastIndexOf(earlier), 1)
    this.#count(earlier.step, -1)
    later.overtaken.push(...earlier.overtaken, earlier.step)
  }

  #remove(count: number): readonly Queued[] {
    const removed = this.#queued.splice(0, count)
    for (const queued of removed) {
      const { step } = queued
      this.#count(step, -1)
      if (step.key !== undefined && this.#latest.get(step.key) === queued) this.#latest.delete(step.key)
    }
    return removed
  }

  #fail(removed: readonly Queued[], error: unknown): void {
    for (const { step, overtaken } of removed) for (const each of [...overtaken, step]) each.reject(error)
    this.#tellReaders()
  }

  #tellReaders(): void {
    const next = this.#queued[0]?.number ?? Number.POSITIVE_INFINITY
    const seen = this.#readers.findIndex(({ number }) => number >= next)
    for (const { resolve } of this.#readers.splice(0, seen < 0 ? this.#readers.length : seen)) resolve()
  }

  #count({ shard = SHARD_COUNT }: Step, change: number): void {
    this.#counts[shard] = (this.#counts[shard] ?? 0) + change
  }
}

/** @returns whether it did what it was to do; what it throws is the steps' callers' */
function attempt(steps: readonly Step[], run: () => void): boolean {
  try {
    run()
    return true
  } catch (thrown) {
    for (const { reject } of steps) reject(thrown)
    return false
  }
}
