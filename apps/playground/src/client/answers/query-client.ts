/**
 * What the browser holds of the server's answers: until the server says that they are no longer right, and not by time.
 *
 * The stream of invalidations is opened first, and questions wait for it for a moment: an answer that came before it
 * would have to be asked for again, as nobody could tell what was missed.
 */
import { followInvalidations } from '@stowage/trpc/client'
import { QueryClient } from '@tanstack/react-query'
import { whileSeen } from '../live/while-seen.ts'
import { rpc } from '../rpc.ts'

/** Without the stream the page works, too. */
const LONGEST_WAIT_MS = 1_500

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
})

const opened = Promise.withResolvers<void>()

/** Resolves when invalidations are heard, or cannot be. */
export const invalidationsHeard: Promise<void> = opened.promise

type Changes = Parameters<typeof followInvalidations>[0]['subscription']

const changes: Changes = {
  subscribe: (input, { onData, onError, onComplete }) =>
    rpc.changes.subscribe(input, {
      onData(event) {
        onData(event)
        opened.resolve()
      },
      onError(error) {
        opened.resolve()
        onError(error)
      },
      onComplete,
    }),
}

/** @returns how to stop */
export function followServer(): () => void {
  const impatience = window.setTimeout(opened.resolve, LONGEST_WAIT_MS)
  const stop = whileSeen(() => followInvalidations({ queryClient, subscription: changes }))
  return () => {
    window.clearTimeout(impatience)
    stop()
  }
}
