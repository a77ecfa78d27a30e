/** One contender with values of one size: how long an awaited set and get take, one after the other. */
import type { Cache } from '@stowage/core'

export interface Bout {
  readonly getMs: number
  readonly setMs: number
}

/** Values under way at a time: few enough for large ones, many enough not to be one. */
const KEY_COUNT = 32

/** @param lengthMs of measuring; half of it sets, half of it gets. */
export async function fought(cache: Cache, value: unknown, lengthMs: number, signal: AbortSignal): Promise<Bout> {
  const keys = Array.from({ length: KEY_COUNT }, (_, n) => `bench ${n}`)
  // Files are made, statements prepared and code compiled before the clock runs.
  for (const key of keys) {
    signal.throwIfAborted()
    await cache.set(key, value)
    await cache.get(key)
  }
  const setMs = await paceOf(keys, lengthMs / 2, signal, (key) => cache.set(key, value))
  const getMs = await paceOf(keys, lengthMs / 2, signal, (key) => cache.get(key))
  return { getMs, setMs }
}

async function paceOf(
  keys: readonly string[],
  lengthMs: number,
  signal: AbortSignal,
  step: (key: string) => Promise<unknown>,
): Promise<number> {
  const startedAtMs = performance.now()
  for (let count = 1; ; count++) {
    signal.throwIfAborted()
    await step(keys[count % keys.length] ?? '')
    const elapsedMs = performance.now() - startedAtMs
    if (elapsedMs >= lengthMs) return elapsedMs / count
  }
}

export function medianOf(bouts: readonly Bout[]): Bout {
  const middle = (pick: (bout: Bout) => number) =>
    bouts.map(pick).toSorted((one, other) => one - other)[Math.floor(bouts.length / 2)] ?? 0
  return { getMs: middle(({ getMs }) => getMs), setMs: middle(({ setMs }) => setMs) }
}
