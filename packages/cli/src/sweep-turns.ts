/** A sweep to its end that leaves the services on the store their turn: a step may hold the lock that they write under. */
import type { Backend, SweepReport } from '@stowage/core'

/** Times a step's length, between two of them. */
const REST_SHARE = 3
const MOST_REST_MS = 2_000

/** @returns what all steps together reclaimed */
export async function sweepInTurns(
  backend: Pick<Backend, 'sweep'>,
  signal: AbortSignal,
  rest: (lengthMs: number) => Promise<unknown>,
  onStep: (reclaimed: number) => void,
): Promise<Omit<SweepReport, 'done'>> {
  const sum = { expired: 0, invalidated: 0 }
  for (;;) {
    signal.throwIfAborted()
    const startedAtMs = performance.now()
    const { expired, invalidated, done } = await backend.sweep(Date.now())
    const tookMs = performance.now() - startedAtMs
    sum.expired += expired
    sum.invalidated += invalidated
    onStep(sum.expired + sum.invalidated)
    if (done) return sum
    await rest(Math.min(REST_SHARE * tookMs, MOST_REST_MS))
  }
}
