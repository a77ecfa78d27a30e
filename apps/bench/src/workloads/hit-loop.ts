/**
 * The hot loop of all hit workloads: calls for drawn keys until the round's CPU time is spent. The event loop turns
 * every so many calls, as in a server; a clock that stands still within a turn must not stand still for a whole round.
 */
import { setImmediate as turn } from 'node:timers/promises'

/** The CPU clock is read once in so many calls: more seldom where a call takes less, so that reading it is no part of the figure. */
const CALLS_PER_READING = { quick: 10_000, slow: 1_000 }
const SLOW_CALL_US = 5

export interface HitLoopPlan {
  readonly draws: readonly string[]
  readonly callsPerTurn: number
  readonly roundCpuMs: number
}

export class HitLoop {
  readonly #plan: HitLoopPlan
  /** A round goes on where the one before it ended: rounds that all begin with the first draws would ask for few of the others. */
  #callCount = 0

  constructor(plan: HitLoopPlan) {
    this.#plan = plan
  }

  /** CPU nanoseconds per awaited call. */
  async awaited(call: (key: string) => unknown): Promise<number> {
    const { draws, callsPerTurn } = this.#plan
    const mask = draws.length - 1
    return this.#spend(async (from, to) => {
      for (let start = from; start < to; start += callsPerTurn) {
        for (let at = start; at < start + callsPerTurn; at++) await call(draws[at & mask] ?? '')
        await turn()
      }
    })
  }

  /** CPU nanoseconds per synchronous call. */
  async sync(call: (key: string) => unknown): Promise<number> {
    return this.#spend((from, to) => this.#callEach(call, from, to))
  }

  /** Makes a synchronous call for each of the drawn keys once, unmeasured. */
  async pass(call: (key: string) => unknown): Promise<void> {
    await this.#callEach(call, 0, this.#plan.draws.length)
  }

  async #callEach(call: (key: string) => unknown, from: number, to: number): Promise<void> {
    const { draws, callsPerTurn } = this.#plan
    let foundCount = 0
    for (let start = from; start < to; start += callsPerTurn) {
      foundCount += callSome(call, draws, start, start + callsPerTurn)
      await turn()
    }
    // Without a use of what came back, the compiler could leave the call out.
    if (foundCount === 0) throw new TypeError('no call found anything')
  }

  async #spend(run: (from: number, to: number) => Promise<void>): Promise<number> {
    const started = process.cpuUsage()
    const first = this.#callCount
    let readingCalls = CALLS_PER_READING.slow
    for (;;) {
      await run(this.#callCount, this.#callCount + readingCalls)
      this.#callCount += readingCalls
      const callCount = this.#callCount - first
      const { user, system } = process.cpuUsage(started)
      if (user + system >= this.#plan.roundCpuMs * 1_000) return ((user + system) * 1_000) / callCount
      readingCalls = CALLS_PER_READING[user + system > callCount * SLOW_CALL_US ? 'slow' : 'quick']
    }
  }
}

/**
 * The calls between two turns. A function of its own: V8 makes one function of a loop and what it calls up to a certain size, and
 * the turning of the event loop would use up most of that.
 */
function callSome(call: (key: string) => unknown, draws: readonly string[], from: number, to: number): number {
  const mask = draws.length - 1
  let foundCount = 0
  for (let at = from; at < to; at++) if (call(draws[at & mask] ?? '') !== undefined) foundCount++
  return foundCount
}
