/** How long a tier or a bus may take that is held up by nothing else: neither what is next nor the end of the cache waits longer. */
import { type Clock, endOrLimit, type MaybePromise, TimeoutError } from '@stowage/core'

/** Of a bus. */
export const BUS_LIMIT_MS = 1_000

/**
 * @param isAwaited as of {@link endOrLimit}
 * @throws TimeoutError when it takes longer; what comes of it then is left alone
 */
export async function inTime(
  clock: Clock,
  limitMs: number,
  run: () => MaybePromise<void>,
  isAwaited: boolean,
): Promise<void> {
  const answer = run()
  if (answer === undefined || (await endOrLimit(clock, limitMs, answer, isAwaited))) return
  throw new TimeoutError('backend', limitMs)
}
