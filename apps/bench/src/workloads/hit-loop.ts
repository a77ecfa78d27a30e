/**
 * The hot loop of all hit workloads: calls for drawn keys until the round's CPU time is spent. The event loop turns
 * every so many calls, as in a server; a clock that stands still within a turn must not stand still for a whole round.
 */
import { setImmediate as turn } from 'node:timers/promises'

/** The CPU clock is read once in so many calls: more seldom where a call takes less, so that reading it is no part of the figure. */
const CALLS_PER_READING = { quick: 10_000, slow: 1_000 }
const SLOW_CALL_US = 5

export interface HitLoop {
  readonly draws: readonly string[]
  readonly callsPerTurn: number
  readonly roundCpuMs: number
}

/** CPU nanoseconds per awaited call. */
export async function awaitedHits(call: (key: string) => unknown, loop: HitLoop): Promise<number> {
  const { draws, callsPerTurn } = loop
  const mask = draws.length - 1
  return spend(loop, async (from, to) => {
    for (let start = from; start < to; start += callsPerTurn) {
      for (let at = start; at < start + callsPerTurn; at++) await call(draws[at & mask] ?? '')
      await turn()
    }
  })
}

/** CPU nanoseconds per synchronous call. */
export async function syncHits(call: (key: string) => unknown, loop: HitLoop): Promise<number> {
  const { draws, callsPerTurn } = loop
  const mask = draws.length - 1
  let foundCount = 0
  const nsPerCall = await spend(loop, async (from, to) => {
    for (let start = from; start < to; start += callsPerTurn) {
      for (let at = start; at < start + callsPerTurn; at++) if (call(draws[at & mask] ?? '') !== undefined) foundCount++
      await turn()
    }
  })
  // Without a use of what came back, the compiler could leave the call out.
  if (foundCount === 0) throw new TypeError('no call found anything')
  return nsPerCall
}

async function spend({ roundCpuMs }: HitLoop, run: (from: number, to: number) => Promise<void>): Promise<number> {
  const started = process.cpuUsage()
  let readingCalls = CALLS_PER_READING.slow
  for (let callCount = 0; ; ) {
    await run(callCount, callCount + readingCalls)
    callCount += readingCalls
    const { user, system } = process.cpuUsage(started)
    if (user + system >= roundCpuMs * 1_000) return ((user + system) * 1_000) / callCount
    readingCalls = CALLS_PER_READING[user + system > callCount * SLOW_CALL_US ? 'slow' : 'quick']
  }
}
