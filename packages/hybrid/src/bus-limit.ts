/** How long a bus may take: one that does not answer must hold up neither what is to be told next nor the end of the cache. */
import { type Clock, type MaybePromise, TimeoutError } from '@stowage/core'

const LIMIT_MS = 1_000

/** @throws TimeoutError when it takes longer; what comes of it then is left alone */
export async function inBusTime(clock: Clock, run: () => MaybePromise<void>): Promise<void> {
  const answer = run()
  if (answer === undefined) return
  const overrun = Promise.withResolvers<void>()
  const cancel = clock.schedule(LIMIT_MS, () => overrun.reject(new TimeoutError('backend', LIMIT_MS)))
  try {
    await Promise.race([answer, overrun.promise])
  } finally {
    cancel()
  }
}
