/** Ctrl-C ends what goes on for long at its next step, so that it can tidy up behind itself. */
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'

const HOLD_MS = 60_000

export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController()
  const interrupt = () => interruption.abort(new Failure(EXIT_CODES.interrupted, 'interrupted'))
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  // What is waited for may keep no process alive by itself: a loader of the user's that never comes to an end.
  const holding = setInterval(() => undefined, HOLD_MS)
  try {
    return await run(interruption.signal)
  } finally {
    clearInterval(holding)
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}
