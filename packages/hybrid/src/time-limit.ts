/** How long something may take that nobody waits for by itself: it must hold up neither what is next nor the end of the cache. */
import { type Clock, type MaybePromise, TimeoutError } from '@stowage/core'

/** Of a bus. */
export const BUS_LIMIT_MS = 1_000

/** @throws TimeoutError when it takes longer; what comes of it then is left alone */
export async function inTime(clock: Clock, limitMs: number, run: () => MaybePromise<void>): Promise<void> {
  const answer = run()
  if (answer === undefined) return
  const overrun = Promise.withResolvers<void>()
  const cancel = clock.schedule(limitMs, () => overrun.reject(new TimeoutError('backend', limitMs)))
  try {
    await Promise.race([answer, overrun.promise])
  } finally {
    cancel()
  }
}
