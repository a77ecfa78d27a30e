/** Waits for a step no longer than until it is aborted; the step itself may go on, and how it ends is nobody's any more. */
import { once } from 'node:events'

/** @throws the signal's reason when it fires first */
export async function orAborted<T>(step: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const over = new AbortController()
  const aborted = once(signal, 'abort', { signal: over.signal }).then(() => {
    throw signal.reason
  })
  // Ended by the step: there is nothing to be told then.
  aborted.catch(() => undefined)
  try {
    return await Promise.race([step, aborted])
  } finally {
    over.abort()
  }
}
